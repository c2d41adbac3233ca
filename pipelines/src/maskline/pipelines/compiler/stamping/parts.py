"""What of a compiled pipeline can be stamped: its images' stages, its steps, the parameters of its form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag.graph import Parameter

_IMAGE = re.compile(r"(?P<registry>.+)/(?P<stage>[a-z]+):(?P<tag>[^:/@]+)")
_EXECUTOR = re.compile(r"exec-(?P<step>.+?)(-\d+)?")


@dataclass(frozen=True)
class Parts:
    """The parts of several pipelines."""

    stages: frozenset[str]
    steps: frozenset[str]
    parameters: tuple[Parameter, ...]
    """Of all pipelines together, so that several may have one name."""

    @property
    def names(self) -> dict[str, list[str]]:
        """Return what may stand for a placeholder in the name of a setting."""
        taken = {parameter.name for parameter in self.parameters}
        return {"<stage>": sorted(self.stages), "<step>": sorted(self.steps), "<parameter>": sorted(taken)}


def parts_of(*texts: str) -> Parts:
    """Return the parts of compiled pipelines.  Raises InvalidInput for an image that is none of ours."""
    stages, steps, taken = set[str](), set[str](), list[Parameter]()
    for text in texts:
        spec = next(yaml.load_all(text, yaml.CSafeLoader))
        for label, executor in spec["deploymentSpec"]["executors"].items():
            stages.add(image(executor["container"])["stage"])
            steps.add(step(label))
        taken += parameters(spec).values()
    return Parts(frozenset(stages), frozenset(steps), tuple(taken))


def parameters(spec: Mapping[str, Any]) -> dict[str, Parameter]:
    """Return the parameters that a run of a compiled pipeline takes, by name."""
    form = spec.get("root", {}).get("inputDefinitions", {}).get("parameters", {})
    return {
        name: Parameter(name, given["parameterType"], given.get("defaultValue"), not given.get("isOptional", False))
        for name, given in form.items()
    }


def step(executor: str) -> str:
    """Return the step that an executor runs; a step that stands twice in a pipeline has two executors."""
    match = _EXECUTOR.fullmatch(executor)
    return match["step"] if match else executor


def image(container: Mapping[str, Any]) -> re.Match[str]:
    """Return `registry`, `stage` and `tag` of a container's image.  Raises InvalidInput."""
    match = _IMAGE.fullmatch(container["image"])
    if not match:
        raise InvalidInput(f"image {container['image']}: it must be <registry>/<stage>:<tag>")
    return match
