"""A page in Chromium that is spoken to while it is open, through pipes: the Chrome DevTools Protocol."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from browser import FLAGS


@dataclass
class Tab:
    """One tab.  to, of: the browser's pipes; each message is JSON and ends with a zero byte."""

    folder: Path
    to: BinaryIO
    of: BinaryIO
    session: str = ""
    sent: int = 0
    left: bytes = field(default=b"", repr=False)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Return what the browser answers to a command."""
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        self.to.flush()
        while (answer := self._next()).get("id") != self.sent:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, page: str, width: int, scheme: str) -> None:
        """Load a page from a file.  scheme: light or dark."""
        file = self.folder / "page.html"
        file.write_text(page, "utf-8")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=file.as_uri())

    def ask(self, script: str) -> Any:
        """Return what a script answers, as the body of an async function."""
        expression = f"(async () => {{{script}}})()"
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def mouse(self, kind: str, x: float, y: float, **params: Any) -> None:
        """Let the pointer do something at a place of the window."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **params)

    def key(self, key: str) -> None:
        """Press a key."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.left:
            told = os.read(self.of.fileno(), 1 << 20)
            assert told, "the browser has gone"
            self.left += told
        message, _, self.left = self.left.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def chromium(folder: Path) -> Iterator[Tab]:
    """Start a browser and return its tab; it ends with the context.  It reads descriptor 3 and writes 4."""
    (theirs_in, to), (of, theirs_out) = os.pipe(), os.pipe()
    shell = ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash"]
    command = [*shell, "chromium", *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}"]
    with os.fdopen(to, "wb") as writing, os.fdopen(of, "rb") as reading:
        process = subprocess.Popen(command, pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        tab = Tab(folder, writing, reading)
        target = tab.call("Target.createTarget", url="about:blank")["targetId"]
        tab.session = tab.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        yield tab
        tab.session = ""
        tab.call("Browser.close")
        process.wait(30)
