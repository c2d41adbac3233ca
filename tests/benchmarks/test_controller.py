"""When pods start and end."""

import pytest
from cluster.controller import LOOK_S, PHASE_S, Cluster, Span, simulate
from cluster.pods import Lane, Pod


def pod(name: str, seconds: float, after: str = "", cores: float = 1.0, lanes: tuple[Lane, ...] = ()) -> Pod:
    return Pod(name, frozenset(after.split()), seconds, 0.0, cores, lanes, nodes=2)


def most_at_a_time(spans: dict[str, Span]) -> int:
    return max(sum(other.started <= span.started < other.over for other in spans.values()) for span in spans.values())


def test_a_pod_is_made_a_look_after_the_one_that_it_waits_for() -> None:
    total, spans = simulate([pod("a", 4), pod("b", 4, "a"), pod("c", 4, "b")], Cluster())

    look = 10 + LOOK_S
    assert [span.made for span in spans.values()] == pytest.approx([0, look, 2 * look])
    assert total == pytest.approx(3 * look)


def test_the_end_of_a_long_pod_is_seen_in_the_look_that_follows_it() -> None:
    _, spans = simulate([pod("a", 60), pod("b", 4, "a")], Cluster())

    assert spans["b"].made == pytest.approx(70)


def test_with_frequent_looks_a_pod_is_made_as_soon_as_the_one_before_counts_as_ended() -> None:
    _, spans = simulate([pod("a", 4), pod("b", 4, "a")], Cluster(requeue_s=1))

    assert 4 + PHASE_S <= spans["b"].made <= 4 + PHASE_S + 1


def test_pods_that_do_not_fit_wait_for_cores_and_small_ones_pass_them() -> None:
    pods = [pod("a", 20), pod("b", 20), pod("small", 5, cores=0.2)]
    _, spans = simulate(pods, Cluster(cores=1.2))

    assert (spans["a"].started, spans["small"].started) == (0, 0)
    assert spans["b"].made == 0
    assert spans["b"].started == pytest.approx(20 + PHASE_S)


def test_a_pod_that_no_node_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pod a asks for 4 cores and the cluster has 1\.2"):
        simulate([pod("a", 1, cores=4)], Cluster(cores=1.2))


def test_a_loop_runs_as_many_iterations_at_a_time_as_it_may() -> None:
    pods = [pod(f"a[{number}]", 5, lanes=(Lane("loop", number, 3),)) for number in range(7)]
    total, spans = simulate(pods, Cluster())

    assert most_at_a_time(spans) == 3
    assert total == pytest.approx(3 * (10 + LOOK_S))


def test_a_loop_without_a_limit_runs_all_iterations_at_once() -> None:
    pods = [pod(f"a[{number}]", 5, lanes=(Lane("loop", number, 0),)) for number in range(7)]

    assert most_at_a_time(simulate(pods, Cluster())[1]) == 7
