"""The least node that docs/operate.md names takes what ci/kind.yaml asks for, beside Kubeflow's own pods."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from maskline.pipelines.compiler.stamping.stamp import stamp
from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.quantity import number

TEXT = (Path(__file__).parents[2] / "docs/operate.md").read_text("utf-8")
TABLE = {row: (float(cores), int(mib)) for row, cores, mib in re.findall(r"\| (.+?) \| ([\d.]+) \| (\d+) \|\n", TEXT)}
MIB = 1 << 20


def row(words: str) -> tuple[float, int]:
    (found,) = [share for name, share in TABLE.items() if words in name]
    return found


def test_the_stores_row_is_what_its_pod_asks_for(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    spec = find(render("kind"), "StatefulSet", "store")["spec"]["template"]["spec"]
    asked = [container["resources"]["requests"] for container in spec["containers"]]
    assert row("Maskline's store") == (
        sum(number(one["cpu"]) for one in asked),
        sum(number(one["memory"]) for one in asked) / MIB,
    )


def test_the_largest_steps_row_is_what_it_asks_for(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    settings = yaml.safe_load(find(render("kind"), "ConfigMap", "-client")["data"]["settings.yaml"])
    sizes = {name: value for name, value in settings.items() if not name.startswith("default.")}
    texts = [stamp(compiled.find(name).read_text("utf-8"), sizes) for name in compiled.names()]
    executors = [next(yaml.safe_load_all(text))["deploymentSpec"]["executors"] for text in texts]
    asked = [executor["container"]["resources"] for found in executors for executor in found.values()]
    assert row("one step at a time") == (
        max(number(one["resourceCpuRequest"]) for one in asked),
        max(number(one["resourceMemoryRequest"]) for one in asked) / MIB,
    )


def test_all_of_it_fits() -> None:
    *parts, (cores, mib) = TABLE.values()
    assert (cores, mib) == (round(sum(part[0] for part in parts), 3), sum(part[1] for part in parts))
    named = re.search(r"So the least node has (\d+) cores and (\d+) GB", TEXT)
    assert named
    assert cores < int(named[1])
    assert mib * MIB < int(named[2]) * 10**9 * 0.9  # the system's own share
