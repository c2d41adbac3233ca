"""What is shown of a run of the render stage."""

import io

from rich.console import Console

from maskline.pipelines.commands.render_progress import listener

LINES = (
    "render.progress drawn=200 samples=1000",
    "render.shard_done shard=a samples=100",
    "render.progress drawn=300 samples=1000",
    "render.progress drawn=600 samples=1000",
)


def shown(*, terminal: bool, lines: tuple[str, ...] = LINES) -> tuple[str, str]:
    """Return what is written, and the summary."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, legacy_windows=False)
    with listener(console) as listening:
        for line in lines:
            listening.heard(line)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), listening.summary()


def test_a_terminal_sees_how_many_are_drawn_how_fast_and_how_long_it_takes() -> None:
    written, _ = shown(terminal=True)
    assert "600/1000" in written
    assert "samples/s" in written
    assert "left" in written
    assert "shard" not in written


def test_a_file_gets_the_stages_own_lines() -> None:
    written, _ = shown(terminal=False)
    assert written == "render.shard_done shard=a samples=100\n"


def test_what_was_drawn_before_is_told_apart() -> None:
    assert shown(terminal=False)[1].startswith("400 samples (200 before) in ")
    assert shown(terminal=False, lines=())[1] == "it was drawn already"


def test_what_was_not_drawn_is_told_on_a_terminal_too() -> None:
    line = "render.not_drawn unusable=1 heavy_atoms=2"
    assert line in shown(terminal=True, lines=(*LINES, line))[0]
