"""What commands share: where options stand, how failures are shown, what must be installed."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from maskline.contract.errors import InvalidInput, MasklineError

STOPPED = 130
"""The exit status of a command that Ctrl-C ended, as shells have it."""


class Group(TyperGroup):
    """Takes a command's options before its name, too, and shows an expected failure as one message.

    Of an option given twice the last one counts, wherever it stands.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words behind the group's name, with what is the command's put behind the command's name."""
        options, at = _options(self), 0
        leading: list[list[str]] = []  # options, each with its value
        while at < len(args) and args[at].startswith("-"):
            length = 1 + options.get(args[at], False)
            leading.append(args[at : at + length])
            at += length
        verb = args[at : at + 1]
        if verb and verb[0] in self.commands:
            theirs = _options(self.commands[verb[0]])
            moved = [word for words in leading if _name(words[0]) in theirs for word in words]
            kept = [word for words in leading if _name(words[0]) not in theirs for word in words]
            args = [*kept, *verb, *moved, *args[at + 1 :]]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MasklineError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except OSError as error:  # a full disk, a folder that may not be written
            print(f"error: {error.filename or 'writing'}: {error.strerror}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except (KeyboardInterrupt, asyncio.CancelledError):
            print("stopped; the same command goes on from here", file=sys.stderr)  # noqa: T201
            raise typer.Exit(STOPPED) from None


def _options(command: Any) -> dict[str, bool]:
    """Return the options of a command and of those below it: name -> whether a value is the next word."""
    options = [option for option in command.params if option.param_type_name == "option"]
    found = {name: not option.is_flag for option in options for name in (*option.opts, *option.secondary_opts)}
    for below in getattr(command, "commands", {}).values():
        found |= _options(below)
    return found


def _name(word: str) -> str:
    """Return the option's name of `--name`, `--name=value`, `-n` or `-nvalue`."""
    return word.partition("=")[0] if word.startswith("--") else word[:2]


@contextmanager
def installed(package: str) -> Iterator[None]:
    """Say what is missing where only the command line is installed, as in its container image."""
    try:
        yield
    except ModuleNotFoundError as fault:
        raise InvalidInput(f"this command needs the package {package}: {fault}") from None
