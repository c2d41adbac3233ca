"""One run of a compiled pipeline on this machine, from its parameters to its results."""

import asyncio
import signal
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from maskline.contract.cores import cores
from maskline.pipelines.dag.graph import Pipeline
from maskline.pipelines.dag.run import Run
from maskline.pipelines.dag.secret import STORE, webhook_secret
from maskline.pipelines.engines.fork_server import ForkServer
from maskline.pipelines.errors import TaskFailed
from maskline.pipelines.local.backend import Backend, Choice, backend
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.local.paths import absolute
from maskline.pipelines.local.progress import progress
from maskline.pipelines.local.results import collect, copy_overlays, is_report, predictions_of
from maskline.pipelines.local.runner import Results, Runner
from maskline.pipelines.local.tables import table


def run(
    pipeline: Pipeline,
    values: Mapping[str, Any],
    folder: Folder,
    console: Console,
    choice: Choice,
    fork_server: ForkServer | None = None,
) -> None:
    """Run `pipeline`, show how it goes on `console`, and leave its results in `folder`.

    fork_server: what starts the tasks if they are to be processes.
    Raises FolderInUse, TaskFailed, EngineUnavailable, or what the store says.
    """
    started = time.monotonic()
    values = absolute(values)
    with folder.locked(), backend(choice, pipeline, values, folder, partial(_say, console), fork_server) as found:
        runs = folder.new_run()
        _say(console, f"{pipeline.name}: logs in {runs}")
        try:
            results = _execute(pipeline, values, runs, found, console)
        except TaskFailed as failure:
            shortage = "" if choice.store else folder.shortage()
            raise TaskFailed(f"{failure}\n{shortage}" if shortage else str(failure)) from None
        _show(results, folder, time.monotonic() - started, console)


def _show(results: Results, folder: Folder, seconds: float, console: Console) -> None:
    """Leave what the run came to in `folder`, and tell of it."""
    say = partial(_say, console)
    outcome = collect(results, folder, seconds) if is_report(results) else None
    if outcome:
        say(f"\non {outcome.images} samples of split {outcome.split}")
        for name, measures in outcome.tables.items():
            console.print(table(name, measures))
        if outcome.decision:
            say(f"champion     {outcome.decision}: {outcome.reason}")
    predictions = predictions_of(results)
    if predictions:
        overlays = copy_overlays(predictions, folder)
        for picture in overlays.unreadable:
            say(f"unreadable   {picture['file_name']}: {picture['reason']}")
        say(f"predictions  {predictions}")
        say(f"overlays     {overlays.folder} ({overlays.count} pictures)")
        if outcome and overlays.checkpoint != outcome.checkpoint:
            say("             by the champion; figures, checkpoint and report are of the model that was refused")
    if outcome:
        say(f"checkpoint   {outcome.checkpoint}")
        say(f"report       {outcome.report}")
        say(f"summary      {folder.summary}, after {outcome.seconds:.1f} s")
    else:
        say(f"done in {seconds:.1f} s")


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _execute(pipeline: Pipeline, values: Mapping[str, Any], runs: Path, found: Backend, console: Console) -> Results:
    """Run every task on the backend that was found."""

    async def until_terminated(runner: Runner) -> Results:
        task = asyncio.current_task()
        if task:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await runner.run(values)

    with progress(console) as view:
        created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        this = Run(runs, created, {STORE.name: found.secret, **webhook_secret()})
        runner = Runner(pipeline, found.engine, view, this, parallel=cores())
        return asyncio.run(until_terminated(runner))
