"""Commands of other tools that a kind brings along: `maskline <group> <command>`, found through entry points.

The entry point's name is the group's; it names a `CommandGroup`, whose module loads nothing heavy.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.artifact import Artifact

GROUP = "maskline.commands"
OpenModel = Callable[[str], Artifact]
"""Opens the checkpoint of a URI or a word, in whichever store it lies.  Raises as `open_sealed` does."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command that reads the configuration file of another tool.

    summary: a sentence for its help.
    run: does it for the configuration file and, unless that is empty, for the one file of this name only; yields lines
    for people as it goes.  Raises InvalidInput.
    """

    summary: str
    run: Callable[[Path, str, OpenModel], Iterator[str]]


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """The commands of one tool by name.

    summary: a sentence for their help.  package: what must be installed to run them, with its extra.
    """

    summary: str
    package: str
    commands: Mapping[str, Command]
