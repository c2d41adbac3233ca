"""The two views of a run."""

import io

from rich.console import Console

from maskline.pipelines.local.progress import LiveView, PlainView, View, progress


def play(view: View) -> None:
    """A loop of two turns, a task that fails, one that is skipped, one that never starts."""
    for name in ("draw", "train", "images", "seal"):
        view.expect(name, f"the {name}")
    view.turns("draw", 2)
    view.started("draw")
    view.line("draw", "render.shard [bold]samples=7[/]")
    view.ended("draw", 1.25)
    view.started("draw")
    view.ended("draw", 2.0)
    view.started("train")
    view.line("train", "\n")
    view.retrying("train", "retry 1 of 3 in 5 s: no space left")
    view.failed("train")
    view.skipped("images")


def test_elsewhere_than_on_a_terminal_every_event_is_a_line() -> None:
    text = io.StringIO()
    with progress(Console(file=text)) as view:
        assert isinstance(view, PlainView)
        play(view)
    said = [line.split(" s  ", 1)[1].split() for line in text.getvalue().splitlines()]
    assert [" ".join(words) for words in said] == [
        "the draw started",
        "the draw done 1/2 in 1.2 s | render.shard [bold]samples=7[/]",
        "the draw done 2/2 in 2.0 s | render.shard [bold]samples=7[/]",
        "the train started",
        "the train retry 1 of 3 in 5 s: no space left",
        "the train failed",
        "the images skipped",
    ]


def test_on_a_terminal_every_task_has_one_line_with_its_state_count_and_last_words() -> None:
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, color_system=None, width=90)
    with progress(console) as view:
        assert isinstance(view, LiveView)
        play(view)
        drawn = io.StringIO()
        Console(file=drawn, color_system=None, width=90).print(view)
    lines = [line.split() for line in drawn.getvalue().splitlines()]
    assert [line[:3] for line in lines] == [
        ["done", "the", "draw"],
        ["failed", "the", "train"],
        ["skipped", "the", "images"],
        ["waiting", "the", "seal"],
    ]
    assert "2/2" in lines[0]
    assert lines[0][-1] == "[bold]samples=7[/]"
    assert lines[1][-5:] == ["5", "s:", "no", "space", "left"]
