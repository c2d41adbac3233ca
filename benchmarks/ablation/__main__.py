"""Train a network again and again, each time with something added, and tell what each addition gains: `make ablation`.

STUDY is a name in benchmarks/ablation/studies/ or a file of yours. Every training has the same CPU time, that of
loading pictures included. Stopped, the same command goes on; what was made lies in build/ablation/<study>.
"""

import os
import sys
from pathlib import Path

from ablation.study import Study, read
from ablation.trial import Outcome, run
from rich.console import Console
from rich.table import Table

FOLDER = Path("build/ablation")


def main(name: str) -> None:
    """Print one row for each trial of a study."""
    study = read(name)
    outcomes = list(run(study, FOLDER / Path(name).stem))
    Console(width=120).print(_table(study, outcomes))


def _table(study: Study, outcomes: list[Outcome]) -> Table:
    title = f"{study.minutes:g} CPU minutes of training each; on {outcomes[0].pictures} pictures that none has seen"
    table = Table(title=title, title_justify="left")
    for column in ("", "steps", "ms a step", "mask AP", "AP50", "AP75", "gain", "kept"):
        table.add_column(column, justify="right" if column else "left")
    best = first = outcomes[0].ap
    for number, one in enumerate(outcomes):
        gain = "" if not number else f"{one.ap - (best if study.additive else first):+.3f}"
        kept = ("yes" if one.kept else "no") if study.additive else ""
        figures = (f"{one.ap:.3f}", f"{one.ap50:.3f}", f"{one.ap75:.3f}")
        table.add_row(one.trial, str(one.steps), f"{1000 * one.step_s:.0f}", *figures, gain, kept)
        best = one.ap if one.kept else best
    table.caption = f"from {first:.3f} to {best:.3f}, {best - first:+.3f}" if study.additive else None
    return table


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main(os.environ.get("STUDY") or sys.exit("error: STUDY=name is missing: which one, of benchmarks/ablation/studies"))
