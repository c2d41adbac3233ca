"""Write what docs/training.md says of the options of a training: every field, and what each preset makes of it.

usage: training.py [--check]     --check writes nothing, and fails if the page is not what the models and presets say
"""

import sys
from pathlib import Path

from generated import replaced
from maskline.contract.config import preset_names
from maskline.contract.kind.training import training_of
from maskline.train.config import configure
from option_tables import option_tables

RECORD = "coco/1"
PAGE = Path(__file__).parents[1] / "training.md"


def main() -> None:
    """Write or check."""
    kind = training_of(RECORD)
    page = PAGE.read_text("utf-8")
    presets = {name: configure(kind, name, 0, 0, {}) for name in preset_names(kind.presets)}
    written = replaced(page, "options", option_tables(presets))
    if "--check" not in sys.argv:
        PAGE.write_text(written, "utf-8")
    elif page != written:
        raise SystemExit(f"{PAGE} is not what the options and presets say: run make docs")


if __name__ == "__main__":
    main()
