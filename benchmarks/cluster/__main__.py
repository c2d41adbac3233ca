"""What runs cost beside their work, before and now: `make bench-cluster`.

First on this machine, by running what is sealed already (see laptop.py).  Then on a cluster, by a simulation that
agrees with recorded runs within 10 % (tests/benchmarks/test_recordings.py): no cluster is needed.
"""

from collections.abc import Sequence

from cluster.cost import Cost, cost
from cluster.laptop import laptop
from cluster.scenarios import SIDES, Scenario, scenarios
from cluster.workflow_size import LIMIT_BYTES
from rich.console import Console
from rich.table import Table

RATIO_OF = "sealed work"


def main() -> None:
    """Print both parts, and last the ratio of the seconds that sealed work takes on a cluster."""
    console = Console(width=120, highlight=False)
    console.print(laptop())
    compared = scenarios()
    costs = {scenario.name: [cost(scenario, side) for side in SIDES] for scenario in compared}
    console.print(_table(costs))
    for scenario in {scenario.pipelines["now"].name: scenario for scenario in reversed(compared)}.values():
        console.print(_chains(scenario, costs[scenario.name]))
    before, now = costs[RATIO_OF]
    print(f"ratio {before.seconds / now.seconds:.1f}")


def _table(costs: dict[str, list[Cost]]) -> Table:
    table = Table(title="Runs on a cluster, simulated", title_justify="left", caption_justify="left")
    for name in ("", "", "pods", "in a chain", "work s", "takes s", "with 1s", "nodes", "object", "of limit"):
        table.add_column(name, justify="right" if name else "left")
    for name, sides in costs.items():
        for side, found in zip(SIDES, sides, strict=True):
            pods = (str(found.pods), str(len(found.chain)))
            seconds = (f"{taken:.0f}" for taken in (found.work, found.seconds, found.seconds_looked_at_often))
            stored = found.workflow.stored_bytes
            size = (str(found.workflow.nodes), f"{stored / 1000:.0f} kB", f"{stored / LIMIT_BYTES:.0%}")
            table.add_row(name if side == "before" else "", side, *pods, *seconds, *size, end_section=side == "now")
    table.caption = (
        "with 1s: DEFAULT_REQUEUE_TIME=1s.  object: Argo's, as stored; compressed where it is over 1 MiB plain."
    )
    return table


def _chains(scenario: Scenario, sides: Sequence[Cost]) -> str:
    """List the pods that follow one another."""
    lines = [f"{scenario.pipelines['now'].name}, {scenario.name}, one pod after another"]
    lines += [
        f"  {side}, {len(found.chain)}: {', '.join(found.chain)}" for side, found in zip(SIDES, sides, strict=True)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
