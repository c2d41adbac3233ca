"""What stands for the code of predictions in their identity."""

import subprocess
import sys

from maskline.pictures.prediction.entry import prediction

PROGRAM = """
import sys, maskline.pictures.prediction.predictor, maskline.pictures.prediction.direct.segmenting
print(*(name for name in sys.modules if name.startswith("maskline.pictures.")))
"""


def test_the_sources_of_all_that_predicting_loads_count() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "maskline.pictures.networks.segmenter" in loaded
    counted = tuple(f"{module}." for module in prediction.modules)
    assert [name for name in loaded if not f"{name}.".startswith(counted)] == []
