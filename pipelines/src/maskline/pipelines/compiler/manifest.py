"""A compiled pipeline as Kubernetes objects, for installations that keep pipelines in Kubernetes' own store.

Such a Kubeflow API server runs with --pipelinesStoreKubernetes=true. What comes out is what kfp's compiler writes with
KubernetesManifestOptions, but a stamped copy can be made of it too, and without kfp.
"""

import hashlib

import yaml

API = "pipelines.kubeflow.org/v2beta1"


def manifest(text: str, version: str, *, stamped: bool = False) -> str:
    """Return a Pipeline and a PipelineVersion, the latter called <pipeline>-<version>, as YAML.

    A version cannot be changed once it is there, so a stamped one has a digest of the content in its name.
    """
    spec, platform = yaml.load_all(text, yaml.CSafeLoader)
    info = spec["pipelineInfo"]
    name, title = info["name"], info.get("displayName", info["name"])
    told = {"description": info["description"]} if "description" in info else {}
    suffix = f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}" if stamped else ""
    content = {"pipelineSpec": spec, "platformSpec": platform}
    called = {"displayName": f"{version}{suffix}", "pipelineName": name}
    documents = [
        {"apiVersion": API, "kind": "Pipeline", "metadata": {"name": name}, "spec": {"displayName": title, **told}},
        {
            "apiVersion": API,
            "kind": "PipelineVersion",
            "metadata": {"name": f"{name}-{version}{suffix}"},
            "spec": {**called, **told, **content},
        },
    ]
    return yaml.safe_dump_all(documents, sort_keys=True)
