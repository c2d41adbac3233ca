"""Versions of pipelines: those this package can register, and those a server has."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import yaml

from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.pipelines.compiler.stamping.parts import parameters
from maskline.pipelines.compiler.stamping.stamp import stamp
from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.graph import Parameter
from maskline.pipelines.kubeflow.mark import digest, marked, read_mark
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import NotKnown

PINNED = "pinned"
LATEST = "latest"
_MARK = "maskline/version/1"


@dataclass(frozen=True)
class Compiled:
    """A committed pipeline, as this package would register it."""

    pipeline: str
    text: str  # with a cluster's names stamped in
    source: str  # digest of the committed text
    stamped: bool

    @property
    def description(self) -> str:
        """What the server is told of the version: what the pipeline takes, and by what it is found again.

        A version's description is its own; that of a pipeline cannot be changed any more (Kubeflow Pipelines 2.17).
        """
        values = {"package": package_version(), "source": self.source, "text": digest(self.text.encode())}
        told = self.spec["pipelineInfo"].get("description", "")
        return marked(f"{told}\n\nRegistered by maskline {package_version()}.".lstrip(), _MARK, values)

    @property
    def spec(self) -> dict[str, Any]:
        """The pipeline itself, without its platform's part."""
        spec: dict[str, Any] = _documents(self.text)[0]
        return spec


@dataclass(frozen=True)
class Version:
    """A version on a server that may be run."""

    pipeline: str
    pipeline_id: str
    id: str
    name: str
    parameters: Mapping[str, Parameter]
    compiled_by: str
    ours: bool  # whether it is this package's pipeline, whatever was stamped into it


def package_version() -> str:
    """Return the version that all packages of this repository share."""
    return metadata.version("maskline-pipelines")


def committed(pipeline: str, settings: Mapping[str, str]) -> Compiled:
    """Return a committed pipeline with `settings` stamped in; those that change nothing leave the text as it is.

    Raises InvalidInput.
    """
    if pipeline not in compiled.names():
        raise InvalidInput(f"no pipeline '{pipeline}'; there are: {', '.join(compiled.names())}")
    text = compiled.find(pipeline).read_text("utf-8")
    stamped = stamp(text, settings) if settings else text
    if _documents(stamped) == _documents(text):
        stamped = text
    return Compiled(pipeline, stamped, digest(text.encode()), stamped != text)


def find_pipeline(server: Server, name: str) -> Any | None:
    """Return the server's pipeline of this name, if it has one."""
    found = server.every(
        f"look for the pipeline '{name}'",
        server.pipelines.pipeline_service_list_pipelines,
        "pipelines",
        namespace=server.namespace,
        filter=equals("name", name),
    )
    return next((pipeline for pipeline in found if pipeline_name(pipeline) == name), None)


def pipeline_name(pipeline: Any) -> str:
    """Return the name of a server's pipeline; what the UI shows in its stead is another, where it was given one."""
    return str(pipeline.name or pipeline.display_name)


def versions_of(server: Server, pipeline: Any) -> list[Any]:
    """Return all versions of a pipeline on the server, the newest first."""
    return server.every(
        f"list the versions of '{pipeline_name(pipeline)}'",
        server.pipelines.pipeline_service_list_pipeline_versions,
        "pipeline_versions",
        pipeline_id=pipeline.pipeline_id,
        sort_by="created_at desc",
    )


def same_text(versions: list[Any], wanted: Compiled) -> Any | None:
    """Return the newest of a server's versions that has exactly the text of `wanted`.

    One without a mark comes from a manifest, or from somebody's hand: its content tells.
    """
    text, documents = digest(wanted.text.encode()), _documents(wanted.text)
    for found in versions:
        mark = read_mark(found.description, _MARK)
        if mark.get("text") == text or (not mark and _content(found.pipeline_spec) == documents):
            return found
    return None


def resolve(server: Server, pipeline: str, version: str) -> Version:
    """Return the version that a run or a schedule asks for.

    version: "pinned" (the newest that was registered from this package's compiled pipeline, whatever was stamped into
    it, or that a manifest of this package made), "latest" (the newest of all), or a name.
    Raises InvalidInput for a pipeline that this package does not have, where it is pinned, and NotKnown when the server
    has no such version.
    """
    source = committed(pipeline, {}).source if version == PINNED else ""
    found = find_pipeline(server, pipeline)
    if not found:
        raise NotKnown(f"{server.endpoint} has no pipeline '{pipeline}'; maskline register puts ours there")
    versions = versions_of(server, found)
    for candidate in versions:
        asked = version == LATEST or version in {candidate.display_name, candidate.name}
        if _is_pinned(candidate, pipeline, source) if source else asked:
            return _version(pipeline, found, candidate)
    if source:
        raise NotKnown(
            f"{server.endpoint} has pipeline '{pipeline}', but not as maskline {package_version()} has it; "
            "maskline register puts it there"
        )
    there = ", ".join(candidate.display_name for candidate in versions) or "none"
    raise NotKnown(f"pipeline '{pipeline}' has no version '{version}'; there are: {there}")


def spec_of_run(server: Server, run: Any) -> Mapping[str, Any]:
    """Return the pipeline that a run is of; nothing where its version is gone from the server."""
    if run.pipeline_spec:
        return _spec(run.pipeline_spec)
    reference = run.pipeline_version_reference
    if not (reference and reference.pipeline_id and reference.pipeline_version_id):
        return {}
    try:
        found = server.ask(
            f"show the pipeline of run {run.run_id}",
            server.pipelines.pipeline_service_get_pipeline_version,
            reference.pipeline_id,
            reference.pipeline_version_id,
        )
    except NotKnown:
        return {}
    return _spec(found.pipeline_spec)


def equals(key: str, value: str) -> str:
    """Return the filter of a list: those whose `key` is `value`."""
    predicate = {"operation": "EQUALS", "key": key, "string_value": value}
    return canonical_json({"predicates": [predicate]}).decode()


def _documents(text: str) -> list[Any]:
    return list(yaml.load_all(text, yaml.CSafeLoader))


def _is_pinned(version: Any, pipeline: str, source: str) -> bool:
    mark = read_mark(version.description, _MARK)
    manifest = f"{pipeline}-{package_version()}"
    return mark.get("source") == source if mark else f"{version.name}-".startswith(f"{manifest}-")


def _content(spec: Any) -> list[Any]:
    """Return the documents of what a server keeps; with a platform's part, both are below names of their own."""
    content = spec or {}
    return [content["pipeline_spec"], content["platform_spec"]] if "platform_spec" in content else [content]


def _spec(spec: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _content(spec)[0]
    return found


def _version(name: str, pipeline: Any, found: Any) -> Version:
    spec = _spec(found.pipeline_spec)
    ours = name in compiled.names() and _is_pinned(found, name, committed(name, {}).source)
    return Version(
        name, pipeline.pipeline_id, found.pipeline_version_id, found.display_name,
        parameters(spec), str(spec.get("sdkVersion", "")), ours,
    )  # fmt: skip
