"""`maskline compile`: the workflow as Kubeflow and the local runner read it, and copies with a cluster's names."""

from pathlib import Path
from typing import Annotated

import typer

from maskline.contract.errors import InvalidInput
from maskline.pipelines.commands.options import DEFAULT_PIPELINE


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("compile")(compile_)


def compile_(
    pipeline: Annotated[str, typer.Argument(help="With --set: the pipeline to stamp.")] = DEFAULT_PIPELINE,
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail if committed files are not up to date or break a rule."),
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Stamp a cluster's names and sizes into a copy of the pipeline: registry, tag, digest.<stage>, "
            "pull-secret, pull-policy, secret, webhook-secret, node-pool, gpu-type, gpu.<step>, cpu.<step>, "
            "memory.<step> (4Gi, or request:limit, 2Gi:4Gi), default.<parameter>, label.<key> and annotation.<key> of "
            "pods. Needs --output.",
        ),
    ] = None,
    kubernetes: Annotated[
        bool, typer.Option("--kubernetes", help="With --set: write Kubernetes objects, Pipeline and PipelineVersion.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", help="Where to write the stamped pipeline.")] = None,
) -> None:
    """Write the workflow as Kubeflow and the local runner read it."""
    from maskline.pipelines.commands.parameters import assignments
    from maskline.pipelines.compiler import compile as compiling
    from maskline.pipelines.dag import compiled

    if settings or output or kubernetes:
        if check or not (settings and output):
            raise InvalidInput("--set and --output belong together, and neither goes with --check")
        text = compiling.stamped(compiled.find(pipeline), assignments(settings), kubernetes=kubernetes)
        output.write_text(text, "utf-8")
        typer.echo(output)
    elif check:
        compiling.check(compiled.folder())
    else:
        for path in compiling.write(compiled.folder()):
            typer.echo(path)
