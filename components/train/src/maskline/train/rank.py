"""One training process, `python3 -m maskline.train.rank`, placed by RANK, WORLD_SIZE, LOCAL_RANK and MASTER_ADDR:PORT.

Its task arrives as one line on standard input; the end of standard input means that its parent is gone, and it follows.
SIGTERM, from its parent or from whoever ends them all, asks it to keep a state and stop.
"""

import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
import warnings
from pathlib import Path

from maskline.contract.errors import MasklineError
from maskline.train.job import Job
from maskline.train.launch import FAULT_FILE, LastWord
from maskline.train.stopping import Stop, on_sigterm


def main() -> int:
    """Train, or leave word of why not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent as well, and the parent ends us
    stop = Stop()
    with on_sigterm(stop.ask):
        return _train(stop)


def _train(stop: Stop) -> int:
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_follow_parent, args=[lines], daemon=True).start()
    # What torch says of its own future is for its developers and detectron2's, not for who reads this log.
    warnings.filterwarnings("ignore", category=FutureWarning)
    logging.getLogger("torch.fx").setLevel(logging.ERROR)
    try:
        from maskline.train.loop import train
        from maskline.train.place import join

        job = Job.model_validate_json(lines.get())
        train(job, join(job.gpus), stop)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the parent is to tell it
        _leave_word(fault)
        return 1
    return 0


def _follow_parent(lines: queue.SimpleQueue[bytes]) -> None:
    """Pass the task on, then wait for the end of standard input and end this process."""
    lines.put(sys.stdin.buffer.readline())
    sys.stdin.buffer.read()
    os._exit(1)


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
