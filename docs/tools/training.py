"""Write what the docs say of the options of a training: every field, and what each preset makes of it.

usage: training.py [--check]     --check writes nothing, and fails if a page is not what the models and presets say
"""

import sys
from pathlib import Path

from generated import replaced
from maskline.contract.config import preset_names
from maskline.contract.kind.training import training_of
from maskline.train.config import configure
from option_tables import option_tables

DOCS = Path(__file__).parents[1]
PAGES = {
    "coco/1": DOCS / "training.md",
    "strokes/1": DOCS / "sketches-training.md",
    "volume/1": DOCS / "volumes-training.md",
}
"""By the kind of record that is trained on."""


def main() -> None:
    """Write or check."""
    for record, path in PAGES.items():
        kind = training_of(record)
        page = path.read_text("utf-8")
        presets = {name: configure(kind, name, 0, 0, {}) for name in preset_names(kind.presets)}
        written = replaced(page, "options", option_tables(presets))
        if "--check" not in sys.argv:
            path.write_text(written, "utf-8")
        elif page != written:
            raise SystemExit(f"{path} is not what the options and presets say: run make docs")


if __name__ == "__main__":
    main()
