"""A stage that does what its parameters say, for tests of the runner: `python3 stage.py <verb> '<executor input>'`."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE_S = 30.0


def wait_for(folder: Path, pattern: str, count: int) -> None:
    """Wait until `count` files are there."""
    deadline = time.monotonic() + PATIENCE_S
    while len(list(folder.glob(pattern))) < count and time.monotonic() < deadline:
        time.sleep(0.01)


class Stage:
    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given["inputs"]["parameterValues"]
        self.outputs = given["outputs"]
        self.folder = Path(self.given["folder"])

    def write(self, name: str, value: str) -> None:
        path = Path(self.outputs["parameters"][name]["outputFile"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value)

    def count(self) -> None:
        """Write the list of `count` numbers as text."""
        self.write("items", json.dumps([str(number) for number in range(self.given["count"])]))

    def note(self) -> None:
        """Leave a file named after `word`, and return the word."""
        (self.folder / self.given["word"]).touch()
        self.write("said", self.given["word"])

    def meet(self) -> None:
        """Wait until `count` turns run at once, and note the greatest number ever seen."""
        mark = self.folder / f"running-{self.given['word']}"
        mark.touch()
        (self.folder / f"met-{self.given['word']}").touch()
        wait_for(self.folder, "met-*", self.given["count"])
        (self.folder / f"seen-{self.given['word']}").write_text(str(len(list(self.folder.glob("running-*")))))
        mark.unlink()

    def fail(self) -> None:
        """Fail with exit code `code` until the attempt number `good`."""
        attempt = len(list(self.folder.glob("attempt-*"))) + 1
        (self.folder / f"attempt-{attempt}").touch()
        print(f"working step={attempt}")  # noqa: T201
        if attempt < self.given["good"]:
            print(f"error: attempt {attempt} went wrong", file=sys.stderr)  # noqa: T201
            sys.exit(self.given["code"])
        self.write("said", f"attempt {attempt}")

    def hang(self) -> None:
        """Start a child, leave both process ids, refuse SIGTERM, and never end."""
        code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
        child = subprocess.Popen([sys.executable, "-c", code])
        (self.folder / f"pid-{os.getpid()}").touch()
        (self.folder / f"pid-{child.pid}").touch()
        time.sleep(600)

    def artifact(self) -> None:
        """Write an artifact to its file and tell what its uri was."""
        (artifact,) = self.outputs["artifacts"]["page"]["artifacts"]
        path = Path(artifact["custom_path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p>page</p>")
        self.write("uri", artifact["uri"])

    def say(self) -> None:
        """Leave `words` as the executor output, the artifact's own address in place of URI."""
        (artifact,) = self.outputs["artifacts"]["page"]["artifacts"]
        Path(self.outputs["outputFile"]).write_text(self.given["words"].replace("URI", artifact["uri"]))

    def silent(self) -> None:
        """Forget to write the output."""

    def threads(self) -> None:
        """Leave a file that says how many threads the turn may use."""
        (self.folder / f"{self.given['word']}-{os.environ.get('OMP_NUM_THREADS')}").touch()

    def secret(self) -> None:
        """Return what the environment says."""
        self.write("said", f"{os.environ.get('AWS_ACCESS_KEY_ID')} {os.environ.get('MASKLINE_STORE')}")

    def files(self) -> None:
        """Return the files of the folder that the environment names."""
        folder = Path(os.environ["SECRETS"])
        self.write("said", json.dumps({path.name: path.read_text() for path in folder.iterdir()}))

    def slow(self) -> None:
        """Take longer than any test allows, and leave a mark at each attempt."""
        (self.folder / f"attempt-{len(list(self.folder.glob('attempt-*'))) + 1}").touch()
        time.sleep(600)

    def hear(self) -> None:
        """Leave what was told of the run, and fail if so asked."""
        (self.folder / "heard.json").write_text(json.dumps([self.given["run"], self.given["status"]]))
        if self.given["deaf"]:
            print("error: nobody is there", file=sys.stderr)  # noqa: T201
            sys.exit(1)


if __name__ == "__main__":
    getattr(Stage(json.loads(sys.argv[2])), sys.argv[1])()
