"""Registering: the committed pipelines become versions on a server, once each."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag import compiled
from maskline.pipelines.kubeflow.mark import digest
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import AlreadyThere
from maskline.pipelines.kubeflow.versions import (
    Compiled,
    committed,
    find_pipeline,
    package_version,
    same_text,
    versions_of,
)


@dataclass(frozen=True)
class Registered:
    """What became of one pipeline."""

    pipeline: str
    version: str
    change: Literal["created", "unchanged"]


def read_settings(path: Path | None, given: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a YAML file, those of the command line over them.  Raises InvalidInput.

    They are texts; only a parameter's default may be what it is, a number or a mapping for example.
    """
    if not path:
        return dict(given)
    try:
        values = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"--settings {path}: {error}") from None
    except yaml.YAMLError as error:
        raise InvalidInput(f"--settings {path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise InvalidInput(f"--settings {path}: it must hold one mapping, setting: value")
    return {name: _text(path, name, value) for name, value in values.items()} | dict(given)


def _text(path: Path, name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if str(name).startswith("default.") and value is not None:
        return json.dumps(value, sort_keys=True)
    raise InvalidInput(f"--settings {path}: {name} = {value!r}: it must be a text; put it between quotes")


def prepared(pipelines: Sequence[str], settings: Mapping[str, str]) -> list[Compiled]:
    """Return committed pipelines (all, if none is named) with settings stamped in.  Raises InvalidInput."""
    return [committed(name, settings) for name in pipelines or compiled.names()]


def register(server: Server, wanted: Compiled) -> Registered:
    """Put a pipeline on the server as a version, unless it has exactly this text already.

    The version is named by the package's version; a text that was stamped, or differs from the version of that name,
    adds the first digits of its own sha256. What the server has is never changed.
    """
    pipeline = find_pipeline(server, wanted.pipeline) or _create_pipeline(server, wanted)
    versions = versions_of(server, pipeline)
    found = same_text(versions, wanted)
    if found:
        return Registered(wanted.pipeline, found.display_name, "unchanged")
    plain = package_version()
    taken = {version.display_name for version in versions}
    name = f"{plain}-{digest(wanted.text.encode())[:8]}" if wanted.stamped or plain in taken else plain
    try:
        _upload(server, pipeline, wanted, name)
    except AlreadyThere:  # another was faster
        found = same_text(versions_of(server, pipeline), wanted)
        if not found:
            raise
        return Registered(wanted.pipeline, found.display_name, "unchanged")
    return Registered(wanted.pipeline, name, "created")


def _create_pipeline(server: Server, wanted: Compiled) -> Any:
    body = server.models.V2beta1Pipeline(
        name=wanted.pipeline,
        display_name=wanted.pipeline,
        description=wanted.spec["pipelineInfo"].get("description"),
        namespace=server.namespace,
    )
    try:
        return server.ask(
            f"create the pipeline '{wanted.pipeline}'", server.pipelines.pipeline_service_create_pipeline, body
        )
    except AlreadyThere:
        found = find_pipeline(server, wanted.pipeline)
        if not found:
            raise
        return found


def _upload(server: Server, pipeline: Any, wanted: Compiled, name: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"{wanted.pipeline}.yaml"
        path.write_text(wanted.text, "utf-8")
        server.ask(
            f"upload version '{name}' of '{wanted.pipeline}'",
            server.uploads.upload_pipeline_version,
            str(path),
            # Where versions are Kubernetes objects, their names must differ from pipeline to pipeline.
            name=f"{wanted.pipeline}-{name}",
            display_name=name,
            pipelineid=pipeline.pipeline_id,
            description=wanted.description,
        )
