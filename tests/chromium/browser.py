"""Chromium without a window, out of reach of everything; it is part of the test environment."""

import html
import io
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing outside is within reach
)


@dataclass
class Browser:
    """A browser that loads one page at a time from a file.  folder: of the test's."""

    folder: Path

    def run(self, page: str, *flags: str) -> str:
        """Load a page and return what Chromium prints."""
        file = self.folder / "page.html"
        file.write_text(page, "utf-8")
        command = ["chromium", *FLAGS, f"--user-data-dir={self.folder / 'profile'}", *flags, file.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout

    def screenshot(self, page: str, *flags: str) -> NDArray[np.uint8]:
        """Return the first screen, (900, 1280, 3)."""
        shot = self.folder / "shot.png"
        self.run(page, f"--screenshot={shot}", "--window-size=1280,900", *flags)
        return np.asarray(Image.open(io.BytesIO(shot.read_bytes())).convert("RGB"))

    def ask(self, frames: str, script: str, *flags: str) -> Any:
        """Return what a script answers that runs beside frames, as the body of an async function."""
        harness = (
            f"<!doctype html><body>{frames}<pre id=found></pre><script>onload = async () => {{"
            f"const found = await (async () => {{{script}}})().catch(fault => String(fault.stack));"
            "document.getElementById('found').textContent = JSON.stringify(found); };</script>"
        )
        found = re.search(r'<pre id="found">(.*?)</pre>', self.run(harness, "--dump-dom", *flags), re.DOTALL)
        assert found is not None
        return json.loads(html.unescape(found[1]))


def frame(page: str, name: str, width: int, scheme: str = "light") -> str:
    """Return a frame with a page.  width: in pixels.  scheme: light or dark."""
    style = f"width:{width}px;height:800px;border:0;color-scheme:{scheme}"
    return f'<iframe id="{name}" style="{style}" srcdoc="{html.escape(page)}"></iframe>'


def luminance(colour: str) -> float:
    """Return the relative luminance of `rgb(r, g, b)`, 0 black to 1 white, as WCAG 2 defines it."""
    channels = np.array([int(value) for value in re.findall(r"\d+", colour)[:3]]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
