"""The page in a real browser: desktop and phone, light and dark.  Chromium is part of the test environment."""

import html
import io
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from laboratory import Lab
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
VIEWS = {"desktop": (1280, "light"), "tablet": (760, "light"), "phone": (390, "light"), "small": (320, "light")}
VIEWS |= {"night": (390, "dark")}
MEASURE = """
const measure = frame => {
  const page = frame.contentDocument, style = query => getComputedStyle(page.querySelector(query));
  const images = [...page.images];
  const leaves = [...page.body.querySelectorAll('*')].filter(e => e.children.length === 0 && e.textContent.trim()
    && e.getBoundingClientRect().width > 0 && !e.closest('svg'));
  return {
    overflow: page.documentElement.scrollWidth - frame.contentWindow.innerWidth,
    height: page.documentElement.scrollHeight,
    images: images.length,
    decoded: images.filter(image => image.complete && image.naturalWidth > 0).length,
    smallest_image: Math.min(...images.map(image => image.getBoundingClientRect().width)),
    smallest_text: Math.min(...leaves.map(e => parseFloat(getComputedStyle(e).fontSize))),
    chart: page.querySelector('.chart').getBoundingClientRect().width,
    scrolling_tables: [...page.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth + 1).length,
    paper: style('body').backgroundColor, ink: style('body').color, quiet: style('caption').color,
    accent: style('.figures .first dd').color,
  };
};
onload = () => {
  const found = [...document.querySelectorAll('iframe')].map(frame => [frame.id, measure(frame)]);
  document.getElementById('found').textContent = JSON.stringify(Object.fromEntries(found));
};
"""


@dataclass
class Browser:
    """Chromium without a window."""

    folder: Path

    def run(self, page: str, *flags: str) -> str:
        """Load a page and return what Chromium prints."""
        file = self.folder / "page.html"
        file.write_text(page, "utf-8")
        command = ["chromium", *FLAGS, f"--user-data-dir={self.folder / 'profile'}", *flags, file.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout

    def screenshot(self, page: str, *flags: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return the first screen, (900, 1280, 3)."""
        shot = self.folder / "shot.png"
        self.run(page, f"--screenshot={shot}", "--window-size=1280,900", *flags)
        return np.asarray(Image.open(io.BytesIO(shot.read_bytes())).convert("RGB"))

    def measure(self, page: str) -> dict[str, dict[str, Any]]:
        """Load the page into frames as wide as each view and return what their scripts see."""
        frames = "".join(
            f'<iframe id="{name}" style="width:{width}px;height:800px;border:0;color-scheme:{scheme}" '
            f'srcdoc="{html.escape(page)}"></iframe>'
            for name, (width, scheme) in VIEWS.items()
        )
        harness = f"<!doctype html><body>{frames}<pre id=found></pre><script>{MEASURE}</script>"
        found = re.search(r'<pre id="found">(.*?)</pre>', self.run(harness, "--dump-dom"))
        assert found is not None
        views: dict[str, dict[str, Any]] = json.loads(html.unescape(found[1]))
        return views


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


@pytest.fixture
def page(lab: Lab) -> str:
    dataset = lab.dataset()
    return lab.report(lab.predictions(dataset), dataset).read("report.html").decode()


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(r, g, b)`, 0 black to 1 white, as WCAG 2 defines it."""
    channels = np.array([int(value) for value in re.findall(r"\d+", colour)[:3]]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_page_fits_every_screen_and_can_be_read(browser: Browser, page: str) -> None:
    views = browser.measure(page)
    assert list(views) == list(VIEWS)
    for name, view in views.items():
        assert view["overflow"] <= 0, name
        assert view["scrolling_tables"] == 0 or name == "small", name
        assert view["images"] == view["decoded"] >= 16, name
        assert view["smallest_image"] >= 120, name
        assert view["smallest_text"] >= 11, name
        assert view["chart"] >= 120, name
        assert view["height"] > 2000, name
        assert contrast(view["ink"], view["paper"]) >= 7, name
        assert contrast(view["quiet"], view["paper"]) >= 4.5, name
        assert contrast(view["accent"], view["paper"]) >= 4.5, name
    assert luminance(views["phone"]["paper"]) > 0.9
    assert luminance(views["night"]["paper"]) < 0.02


@pytest.mark.parametrize(("scheme", "paper"), [(1, 252), (0, 21)])
def test_the_first_screen_shows_the_report_by_day_and_by_night(
    browser: Browser, page: str, scheme: int, paper: int
) -> None:
    screen = browser.screenshot(page, f"--blink-settings=preferredColorScheme={scheme}")
    assert screen.shape == (900, 1280, 3)
    assert (screen[[0, 0, -1, -1], [0, -1, 0, -1], 0] == paper).all()  # red in the four corners
    drawn = abs(screen[..., 0].astype(int) - paper) > 30
    assert 0.01 < drawn.mean() < 0.5
    assert drawn[:300].any()  # the title
    assert drawn[300:].any()  # the first table
    assert len(np.unique(screen.reshape(-1, 3), axis=0)) > 50


def test_names_without_a_break_do_not_widen_the_page(browser: Browser, page: str) -> None:
    views = browser.measure(page.replace("C&lt;0&gt;&amp;", "C" * 400).replace("blot &lt;&amp;&gt;", "b" * 60))
    assert {name: view["overflow"] for name, view in views.items() if view["overflow"] > 0} == {}
