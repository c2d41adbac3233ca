"""One call of a stage's verb: KFP's executor input, read and answered where KFP's launcher looks.

https://www.kubeflow.org/docs/components/pipelines/user-guides/components/container-components/
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.contract.stage.form import json_object, overrides

Described = str | float | bool | None
"""A value of an artifact's metadata that Kubeflow shows as it is."""


class Call:
    """Parameters in, parameters and artifacts out."""

    def __init__(self, executor_input: Mapping[str, Any]) -> None:
        self.parameters: dict[str, Any] = dict(executor_input.get("inputs", {}).get("parameterValues", {}))
        outputs = executor_input.get("outputs", {})
        self._parameter_files = {name: out["outputFile"] for name, out in outputs.get("parameters", {}).items()}
        self._artifacts = {name: dict(out["artifacts"][0]) for name, out in outputs.get("artifacts", {}).items()}
        self._output_file = outputs.get("outputFile")
        self._described: dict[str, dict[str, Any]] = {}

    def text(self, name: str) -> str:
        """Return a string parameter.  Raises InvalidInput if it was not given or is something else."""
        value = self.parameters.get(name)
        if not isinstance(value, str):
            raise InvalidInput(f"parameter {name} = {value!r}: it must be a string")
        return value

    def options(self, name: str) -> dict[str, Any]:
        """Return a parameter that holds a JSON object as text; empty text is an empty object.  Raises InvalidInput."""
        return json_object(name, self.text(name))

    def stage_options(self, stage: str) -> dict[str, Any]:
        """Return what the form's `overrides` field says for one stage.

        Raises InvalidInput if it names something that is no stage or holds no object.
        """
        return overrides(self.text("overrides")).get(stage, {})

    def output(self, name: str, value: str | float | bool | list[Any] | dict[str, Any]) -> None:  # noqa: FBT001
        """Write an output parameter, strings as they are and anything else as JSON."""
        path = Path(self._parameter_files[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value, allow_nan=False), "utf-8")

    def artifact(
        self, name: str, content: str | bytes | None = None, metadata: Mapping[str, Described] | None = None
    ) -> None:
        """Leave an output artifact: its file, at the address that KFP gives, and its figures.

        An artifact's address is KFP's and stays so: its launcher fails a step that names another one (seen on 2.17.0).
        One that the executor input does not name is not wanted, and left out.
        metadata: values that are None are left out; JSON knows no others that are not finite, and neither does KFP.
        """
        if name not in self._artifacts:
            return
        if content is not None:
            self._file(name).write_bytes(content.encode() if isinstance(content, str) else content)
        figures = {key: value for key, value in (metadata or {}).items() if value is not None}
        if figures:
            artifact = self._artifacts[name]
            self._described[name] = artifact | {"metadata": artifact.get("metadata", {}) | figures}

    def _file(self, name: str) -> Path:
        """Return the local file of an output artifact.

        On a cluster an artifact's uri is s3://... and the launcher uploads the file at /s3/...; a runner that keeps
        artifacts elsewhere says so in `custom_path`.
        """
        artifact = self._artifacts[name]
        path = Path(artifact.get("custom_path") or _mounted(artifact["uri"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def finish(self) -> None:
        """Write what was said of the artifacts to KFP's executor output file."""
        if self._output_file and self._described:
            path = Path(self._output_file)
            path.parent.mkdir(parents=True, exist_ok=True)
            content = {"artifacts": {name: {"artifacts": [artifact]} for name, artifact in self._described.items()}}
            path.write_text(json.dumps(content, allow_nan=False), "utf-8")


def _mounted(uri: str) -> str:
    """Where KFP's launcher keeps an artifact in the container (kfp.dsl.types.artifact_types of kfp 2.17)."""
    for scheme, folder in (("s3://", "/s3/"), ("minio://", "/minio/"), ("gs://", "/gcs/")):
        if uri.startswith(scheme):
            return folder + uri.removeprefix(scheme)
    return uri
