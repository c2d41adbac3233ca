"""What is compared: the runs of scenarios.yaml, each through the pipelines of before and through today's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cluster.pipeline import Pipeline, read
from cluster.pods import Work

HERE = Path(__file__).parent
SIDES: Mapping[str, Path] = {"before": HERE / "before", "now": HERE.parents[1] / "pipelines/compiled"}
"""Side -> the folder of its compiled pipelines."""


@dataclass(frozen=True)
class Scenario:
    """One kind of run."""

    name: str
    pipelines: Mapping[str, Pipeline]
    work: Mapping[str, Work]
    """By side, as the pipelines are."""
    cores: float
    """Of the cluster, left to runs."""


def scenarios() -> list[Scenario]:
    """Read them, in the order of the file.  Raises OSError, KeyError if it or a pipeline is not as it should be."""
    table = yaml.safe_load((HERE / "scenarios.yaml").read_text("utf-8"))
    found = []
    for name, given in table["scenarios"].items():
        pipelines = {side: read(folder / f"{given['pipeline']}.yaml") for side, folder in SIDES.items()}
        work = {side: _work(given[side], table["requests"], pipelines[side]) for side in SIDES}
        found.append(Scenario(name, pipelines, work, table["cores"]))
    return found


def _work(given: Mapping[str, Any], requests: Mapping[str, float], pipeline: Pipeline) -> Work:
    """Return the work of one side, with the requests for cores of those steps that its pipeline has."""
    known = pipeline.steps()
    cores = {step: asked for step, asked in requests.items() if step in known}
    return Work(given["seconds"], given.get("iterations", {}), cores=cores)
