"""Groups of commands that other packages bring (`maskline.contract.kind.command`): loaded when they are meant."""

from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from maskline.contract.kind.command import GROUP, Command, CommandGroup
from maskline.pipelines.commands.group import Group, installed
from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption


class WithBrought(Group):
    """The commands that are here, and what other packages bring."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look for other packages' groups where one is named, and where no command that is here is."""
        self.commands.update(_brought(args, every=not self.commands.keys() & set(args)))
        return super().parse_args(ctx, args)


def _brought(words: Sequence[str], *, every: bool) -> dict[str, Any]:
    """Return the groups whose names are among some words, or every one, by name."""
    found = entry_points(group=GROUP)
    return {name: _built(name, found[name].load()) for name in sorted(found.names) if every or name in words}


def _built(name: str, group: CommandGroup) -> Any:
    app = typer.Typer(cls=Group, name=name, no_args_is_help=True, add_completion=False, help=group.summary)
    app.callback()(lambda: None)  # a group even of a single command
    for word, command in group.commands.items():
        app.command(word, help=command.summary)(_called(command, group.package))
    return typer.main.get_command(app)


def _called(command: Command, package: str) -> Any:
    def call(
        config_file: Annotated[
            Path, typer.Option("--config_file", metavar="FILE", help="The tool's configuration, YAML.")
        ],
        filename: Annotated[str, typer.Option("--filename", metavar="NAME", help="This file only.")] = "",
        folder: FolderOption = DEFAULT_FOLDER,
        store: StoreOption = "",
    ) -> None:
        with ExitStack() as stack, installed(package):
            for line in command.run(config_file, filename, lambda name: _opened(name, folder, store, stack)):
                typer.echo(line)

    return call


def _opened(name: str, folder: Path, store: str, stack: ExitStack) -> Any:
    """Open a checkpoint, as `maskline predict` does."""
    from maskline.contract import champion
    from maskline.contract.artifact import open_sealed
    from maskline.contract.store import project_store
    from maskline.pipelines.local.connection import connected

    if store or name == champion.KEYWORD or name.startswith("s3://"):
        stack.enter_context(connected(folder, store))
    return open_sealed(champion.only_champion(project_store()) if name == champion.KEYWORD else name, "checkpoint")
