"""One training process, `python3 -m maskline.train.rank`, placed by RANK, WORLD_SIZE, LOCAL_RANK and MASTER_ADDR:PORT.

Its task arrives as one line on standard input.  The kernel ends it with its parent.
SIGTERM, from its parent or from whoever ends them all, asks it to keep a state and stop.

It has no thread of Python's when it forks those who prepare pictures: a lock that a thread holds at that moment, as one
that reads standard input does, is held for ever in the process that is forked.
"""

import logging
import os
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

from maskline.contract.errors import MasklineError
from maskline.contract.stage.attempts import end_with_parent
from maskline.train.job import Job
from maskline.train.processes.launch import FAULT_FILE, PARENT, LastWord
from maskline.train.processes.stopping import Stop, on_sigterm


def main() -> int:
    """Train, or leave word of why not."""
    end_with_parent(int(os.environ[PARENT]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent as well, and the parent ends us
    stop = Stop()
    with on_sigterm(stop.ask):
        return _train(stop)


def _train(stop: Stop) -> int:
    # What torch says of its own future is for its developers and detectron2's, not for who reads this log.
    warnings.filterwarnings("ignore", category=FutureWarning)
    logging.getLogger("torch.fx").setLevel(logging.ERROR)
    try:
        from maskline.train.loop import train
        from maskline.train.processes.group import join

        job = Job.model_validate_json(sys.stdin.buffer.readline())
        train(job, join(job.gpus), stop)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the parent is to tell it
        _leave_word(fault)
        return 1
    return 0


def _leave_word(fault: Exception) -> None:
    """Write the fault, whole or not at all, where the parent looks when this process has ended."""
    if not isinstance(fault, MasklineError):
        traceback.print_exc()
    message = str(fault) if isinstance(fault, MasklineError) else f"training failed: {type(fault).__name__}: {fault}"
    word = LastWord(at=time.time(), kind=type(fault).__name__, message=message)
    path = Path(os.environ[FAULT_FILE])
    path.with_suffix(".part").write_text(word.model_dump_json(), "utf-8")
    path.with_suffix(".part").rename(path)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # other threads, gloo's among them, may wait for processes that have ended already
