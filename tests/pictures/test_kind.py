"""What stands for the code of pictures in identities: all that shapes an artifact, and nothing else of the kind."""

import subprocess
import sys

import pytest

from maskline.pictures.kind import evaluation, exchange, prediction, training

WORK = {
    "training": (training.modules, "maskline.pictures.training.learner"),
    "prediction": (prediction.modules, "maskline.pictures.prediction.predictor"),
    "direct": (prediction.modules, "maskline.pictures.prediction.direct.segmenting"),
    "import": (exchange.modules, "maskline.pictures.exchange.importing.stock"),
    "evaluation": (evaluation.modules, "maskline.pictures.evaluation.assembly"),
}


@pytest.mark.parametrize(("modules", "loaded"), WORK.values(), ids=WORK)
def test_the_sources_of_all_that_the_work_loads_count(modules: tuple[str, ...], loaded: str) -> None:
    program = f"import sys, {loaded}; print(*(name for name in sys.modules if name.startswith('maskline.pictures.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names = done.stdout.split()
    assert loaded in names
    packages = {".".join(name.split(".")[:3]) for name in names}
    counted = tuple(f"{module}." for module in modules)
    assert [name for name in set(names) - packages if not f"{name}.".startswith(counted)] == []


def test_a_report_is_the_same_whatever_networks_are() -> None:
    assert not [module for module in evaluation.modules if "networks" in module]
