"""Options stand where people type them: before and behind every word of a command's name."""

import itertools
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin

import pytest
import typer
from typer.testing import CliRunner

from maskline.pipelines.command_line import app

Command = Any
"""A command or an option as typer has built it."""


NUMBERS: dict[Any, tuple[str, str]] = {int: ("7", "9"), float: ("0.25", "0.75")}


class Place(NamedTuple):
    """One command, and one of its options."""

    path: tuple[str, ...]
    option: str


def commands(command: Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Yield every command that does something by itself, with the words of its name."""
    below = getattr(command, "commands", {})
    if not below or command.invoke_without_command:
        yield path, command
    for name, one in below.items():
        yield from commands(one, (*path, name))


def options_of(command: Command) -> list[Command]:
    return [parameter for parameter in command.params if parameter.param_type_name == "option"]


def arguments_of(command: Command) -> list[str]:
    return ["word" for parameter in command.params if parameter.param_type_name == "argument" and parameter.required]


def values_of(option: Command) -> list[list[str]]:
    """Return two ways to give an option, as words behind its name."""
    if option.is_flag:
        return [[], []]
    asked = option.type_descriptor.annotation
    for kind in (asked, *get_args(asked)):
        if get_origin(kind) is Literal:
            return [[text] for text in reversed(get_args(kind))]
        if kind in NUMBERS:
            return [[text] for text in NUMBERS[kind]]
    return [["a"], ["b"]]


PATHS = dict(commands(typer.main.get_command(app)))
PLACES = [Place(path, option.opts[0]) for path, command in PATHS.items() for option in options_of(command)]


class Parser:
    """The command line, of which nothing is done but reading."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = typer.main.get_command(app)
        self._commands = dict(commands(self._root))
        self._heard: dict[str, Any] = {}
        for command in self._commands.values():
            monkeypatch.setattr(command, "callback", self._hear)

    def _hear(self, **values: Any) -> None:
        self._heard = values

    def option(self, place: Place) -> Command:
        return next(option for option in options_of(self._commands[place.path]) if option.opts[0] == place.option)

    def read(self, words: list[str], name: str) -> Any:
        """Return what the command that `words` name is given as `name`."""
        self._heard = {}
        self._root.main(words, standalone_mode=False)
        return self._heard[name]


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> Parser:
    return Parser(monkeypatch)


def required_of(place: Place) -> list[str]:
    """Return words that a command must be given beside an option."""
    command = PATHS[place.path]
    options = [option for option in options_of(command) if option.required and option.opts[0] != place.option]
    return [*arguments_of(command), *(word for option in options for word in (option.opts[0], *values_of(option)[0]))]


def test_there_are_options_on_commands_of_commands() -> None:
    assert Place(("artifacts", "fetch"), "--folder") in PLACES
    assert Place(("schedule", "apply"), "--endpoint") in PLACES
    assert len(PLACES) > 60


@pytest.mark.parametrize("place", PLACES, ids=lambda place: " ".join((*place.path, place.option)))
def test_an_option_is_read_alike_wherever_it_stands(parser: Parser, place: Place) -> None:
    option, needed = parser.option(place), required_of(place)
    given = [place.option, *values_of(option)[0]]
    plain = parser.read([*place.path, *needed], option.name) if not option.required else None
    places = [[*place.path[:at], *given, *place.path[at:], *needed] for at in range(len(place.path) + 1)]
    read = [parser.read(words, option.name) for words in [*places, [*place.path, *needed, *given]]]
    assert read[0] != plain
    assert read == read[:1] * len(read)
    if given[1:]:
        attached = f"{place.option}{'=' if place.option.startswith('--') else ''}{given[1]}"
        assert parser.read([attached, *place.path, *needed], option.name) == read[0]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: " ".join((*place.path, place.option)))
def test_of_an_option_given_twice_the_last_one_counts(parser: Parser, place: Place) -> None:
    option, needed = parser.option(place), required_of(place)
    one, other = ([place.option, *values] for values in values_of(option)[:2])
    alone = parser.read([*place.path, *needed, *other], option.name)
    stands = itertools.combinations_with_replacement(range(len(place.path) + 1), 2)
    for first, second in stands:
        words = [*place.path[:first], *one, *place.path[first:second], *other, *place.path[second:], *needed]
        both = parser.read(words, option.name)
        assert (both[-1:] if option.multiple else both) == alone


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_shows_every_option_once(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    for option in options_of(PATHS[path]):
        assert len(re.findall(rf"│ \*? *{re.escape(option.opts[0])} ", result.output)) == 1


@pytest.mark.parametrize("group", [path for path, command in PATHS.items() if getattr(command, "commands", {})])
def test_what_tells_where_a_store_is_goes_with_every_command_about_it(group: tuple[str, ...]) -> None:
    own = {option.opts[0] for option in options_of(PATHS[group])}
    assert own == {"--folder", "--store"}
    for path, command in PATHS.items():
        if path[: len(group)] == group:
            assert own <= {option.opts[0] for option in options_of(command)}


@pytest.mark.parametrize(
    ("words", "named"),
    [(["--nothing", "artifacts"], "--nothing"), (["artifacts", "--runs", "3", "fetch", "x"], "--runs")],
)
def test_an_option_of_another_command_is_refused_by_name(words: list[str], named: str) -> None:
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 2
    assert f"No such option: {named}" in result.output
