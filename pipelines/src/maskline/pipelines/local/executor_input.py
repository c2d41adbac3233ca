"""KFP's executor input, the one JSON that tells a stage its parameters and where its outputs go, and what came back.

As on a cluster, an artifact's uri (minio://...) is not the path of its file: a stage that takes it for one fails here
too, and so does one that changes it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskline.pipelines.dag.graph import TYPES, Container, Parameter
from maskline.pipelines.errors import TaskFailed, UnsupportedFeature

_WHOLE_INPUT = "{{$}}"
_ARTIFACT = {"name", "type", "uri", "properties", "customProperties", "metadata", "customPath", "custom_path"}
"""What the launcher knows of an artifact."""


def executor_input(container: Container, values: Mapping[str, Any], folder: Path, root: str) -> dict[str, Any]:
    """Return the executor input of one attempt, whose outputs go below `folder`.

    root: the address below which all artifacts of the run are.
    """
    return {
        "inputs": {"parameterValues": {given.name: _typed(given, values) for given in container.inputs}},
        "outputs": {
            "parameters": {
                out.name: {"outputFile": str(_parameter_file(folder, out.name))} for out in container.outputs
            },
            "artifacts": {
                name: {"artifacts": [_artifact(name, kind, folder, root)]} for name, kind in container.artifacts.items()
            },
            "outputFile": str(_output_file(folder)),
        },
    }


def arguments(container: Container, given: Mapping[str, Any]) -> list[str]:
    """Return the container's argument vector with the executor input in place of its placeholder.

    Raises UnsupportedFeature for any other placeholder.
    """
    for word in container.command:
        if "{{$" in word and word != _WHOLE_INPUT:
            raise UnsupportedFeature(f"{container.label}: the placeholder in '{word}' cannot be run locally")
    return [json.dumps(given) if word == _WHOLE_INPUT else word for word in container.command]


def outputs(container: Container, folder: Path) -> dict[str, Any]:
    """Return the output parameters that a finished attempt wrote.  Raises TaskFailed if one is missing or malformed."""
    found = {}
    for out in container.outputs:
        path = _parameter_file(folder, out.name)
        if not path.exists():
            raise TaskFailed(f"it ended well, but wrote no output '{out.name}'")
        text = path.read_text("utf-8")
        try:
            found[out.name] = text if out.type == "STRING" else json.loads(text)
        except json.JSONDecodeError:
            raise TaskFailed(f"its output '{out.name}' is no JSON: {text[:200]!r}") from None
        if not isinstance(found[out.name], TYPES[out.type]):
            raise TaskFailed(f"its output '{out.name}' should be of type {out.type}, but is {text[:200]!r}")
    return found


def artifact_files(container: Container, folder: Path) -> dict[str, Path]:
    """Return the files of those output artifacts that a finished attempt wrote."""
    return {name: path for name in container.artifacts if (path := _artifact_file(folder, name)).exists()}


def described(container: Container, folder: Path, root: str) -> None:
    """Read what a finished attempt said of its artifacts, as Kubeflow's launcher does.

    It takes JSON of the fields that it knows and of values that it can keep, and refuses addresses elsewhere than below
    the run's own root (launcher_v2.go and converter.go of Kubeflow Pipelines 2.17.0).  Raises TaskFailed.
    """
    path = _output_file(folder)
    if not path.exists():
        return
    try:
        said = json.loads(path.read_text("utf-8"), parse_constant=_no_constant)
    except ValueError as error:
        raise TaskFailed(f"failed to unmarshall ExecutorOutput: {error}") from None
    _known(said, {"artifacts", "parameters", "parameterValues", "parameter_values"})
    for name, listed in said.get("artifacts", {}).items():
        for artifact in listed["artifacts"]:
            _known(artifact, _ARTIFACT)
            if name in container.artifacts and not artifact["uri"].startswith(f"{root}/"):
                raise TaskFailed(
                    f'failed to upload output artifact "{name}": URI "{artifact["uri"]}" does not have expected bucket '
                    f'prefix "{root}"'
                )
            for key, value in artifact.get("metadata", {}).items():
                if value is None:
                    raise TaskFailed(f"metadata of artifact '{name}': {key}: unknown/unsupported value type")


def _no_constant(name: str) -> None:
    message = f"invalid value {name}"
    raise ValueError(message)


def _known(said: Mapping[str, Any], fields: set[str]) -> None:
    for field in said:
        if field not in fields:
            raise TaskFailed(f'failed to unmarshall ExecutorOutput: unknown field "{field}"')


def _typed(given: Parameter, values: Mapping[str, Any]) -> Any:
    """Return the value of a parameter, or its default; the file has 3.0 where a whole number is meant."""
    value = values.get(given.name, given.default)
    return int(value) if given.type == "NUMBER_INTEGER" and value is not None else value


def _artifact(name: str, kind: Mapping[str, str], folder: Path, root: str) -> dict[str, Any]:
    path = _artifact_file(folder, name)
    return {
        "name": name,
        "type": dict(kind),
        "uri": f"{root}/{folder.parent.name}/{folder.name}/{name}",
        "custom_path": str(path),  # KFP's own field for a file that is not where the uri says
        "metadata": {},
    }


def _parameter_file(folder: Path, name: str) -> Path:
    return folder / "parameters" / name


def _artifact_file(folder: Path, name: str) -> Path:
    return folder / "artifacts" / name


def _output_file(folder: Path) -> Path:
    return folder / "executor_output.json"
