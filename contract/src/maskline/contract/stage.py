"""The stage entry: one KFP executor input in, the verb's function called, outputs written where KFP looks for them.

A pod, the local runner and a test start a stage alike: `python3 -m maskline.<stage> <verb> '<executor input JSON>'`.
https://www.kubeflow.org/docs/components/pipelines/user-guides/components/container-components/
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from maskline.contract.errors import Interrupted, InvalidInput, MasklineError

EXIT_FAILED = 1
"""The stage failed; the same call may succeed later."""
EXIT_INVALID = 2
"""The call itself is at fault; repeating it is of no use."""


class Call:
    """One call of a stage verb: parameters in, parameters and artifacts out."""

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
        text = self.text(name)
        try:
            value = json.loads(text) if text.strip() else {}
        except json.JSONDecodeError as fault:
            raise InvalidInput(f"parameter {name} = {text!r}: it must be a JSON object ({fault})") from None
        if not isinstance(value, dict):
            raise InvalidInput(f"parameter {name} = {text!r}: it must be a JSON object")
        return value

    def output(self, name: str, value: str | float | bool | list[Any] | dict[str, Any]) -> None:  # noqa: FBT001
        """Write an output parameter, strings as they are and anything else as JSON."""
        path = Path(self._parameter_files[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")

    def artifact_file(self, name: str) -> Path:
        """Return the local file to write an output artifact to.

        On a cluster an artifact's uri is s3://... and the launcher uploads the file at /s3/...; a runner that keeps
        artifacts elsewhere says so in `custom_path`.
        """
        artifact = self._artifacts[name]
        path = Path(artifact.get("custom_path") or _mounted(artifact["uri"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def artifact(self, name: str, uri: str = "", metadata: Mapping[str, Any] | None = None) -> None:
        """Describe an output artifact: where it is, if elsewhere than KFP's own place, and its numbers."""
        described = dict(self._artifacts[name])
        if uri:
            described["uri"] = uri
        described["metadata"] = {**described.get("metadata", {}), **(metadata or {})}
        self._described[name] = described

    def finish(self) -> None:
        """Write what was said of the artifacts to KFP's executor output file."""
        if self._output_file and self._described:
            path = Path(self._output_file)
            path.parent.mkdir(parents=True, exist_ok=True)
            content = {"artifacts": {name: {"artifacts": [artifact]} for name, artifact in self._described.items()}}
            path.write_text(json.dumps(content), "utf-8")


def _mounted(uri: str) -> str:
    """Where KFP's launcher keeps an artifact in the container (kfp.dsl.types.artifact_types of kfp 2.17)."""
    for scheme, folder in (("s3://", "/s3/"), ("minio://", "/minio/"), ("gs://", "/gcs/")):
        if uri.startswith(scheme):
            return folder + uri.removeprefix(scheme)
    return uri


Verb = Callable[[Call], None]


def stage_options(call: Call, stage: str) -> dict[str, Any]:
    """Return what the form's `overrides` field says for one stage.

    Raises InvalidInput if it names something that is no stage or holds no object.
    """
    stages = ("render", "train", "predict", "evaluate")
    options = call.options("overrides")
    for name, value in options.items():
        if name not in stages:
            raise InvalidInput(f"overrides: '{name}' is no stage (there are: {', '.join(stages)})")
        if not isinstance(value, dict):
            raise InvalidInput(f"overrides: {name} = {value!r}: it must be an object of fields")
    chosen: dict[str, Any] = options.get(stage, {})
    return chosen


def main(verbs: Mapping[str, Verb], argv: Sequence[str]) -> int:
    """Run the verb that `argv` names: [verb, executor input as JSON].  Returns the process's exit code.

    A MasklineError becomes one line on standard error; anything unexpected keeps its traceback.
    """
    try:
        if len(argv) != 2 or argv[0] not in verbs:
            raise InvalidInput(
                f"usage: <verb> <executor input as JSON>, verb one of {', '.join(verbs)}; got {argv[:1]}"
            )
        call = Call(json.loads(argv[1]))
        verbs[argv[0]](call)
        call.finish()
    except MasklineError as fault:
        print(f"error: {fault}", file=sys.stderr)  # noqa: T201 - the one line the user reads
        return EXIT_FAILED if isinstance(fault, Interrupted) else EXIT_INVALID
    return 0
