"""What bounds a whole namespace fits the tasks that run there, and only stands where runs are alone."""

from collections.abc import Callable
from typing import Any

import pytest


def test_no_default_bounds_the_scratch_space_of_tasks(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    (limits,) = find(render("gpu-pool"), "LimitRange")["spec"]["limits"]
    assert limits["defaultRequest"].keys() == {"cpu", "memory", "ephemeral-storage"}  # a quota demands each of them
    assert limits["default"].keys() == {"cpu", "memory"}


@pytest.mark.parametrize(
    ("resource", "settings"),
    [
        ("nvidia.com/mig-3g.40gb", ()),
        ("nvidia.com/gpu", ("gpuPool.resource=nvidia.com/gpu",)),
    ],
)
def test_the_quota_counts_gpus_as_the_tasks_call_them(
    resource: str, settings: tuple[str, ...], render: Callable[..., Any], find: Callable[..., Any]
) -> None:
    hard = find(render("gpu-pool", settings=settings), "ResourceQuota")["spec"]["hard"]
    assert {name: bound for name, bound in hard.items() if "nvidia" in name} == {f"requests.{resource}": "3"}
    assert {"requests.cpu", "requests.memory", "requests.ephemeral-storage", "pods"} < hard.keys()


@pytest.mark.parametrize("bound", ["resourceQuota", "limitRange"])
def test_kubeflows_own_namespace_is_not_bounded(
    bound: str, major: int, helm: Callable[..., Any], chart_folder: Any
) -> None:
    done = helm(major, "template", "m", chart_folder, "--set", f"{bound}.enabled=true")
    assert done.returncode != 0
    assert f"{bound}.enabled is for a profile's namespace (kubeflow.multiUser)" in done.stderr
