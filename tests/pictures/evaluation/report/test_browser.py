"""The page in a real browser: desktop and phone, light and dark.  Chromium is part of the test environment."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser, contrast, frame, luminance
from laboratory import Lab

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
return Object.fromEntries([...document.querySelectorAll('iframe')].map(frame => [frame.id, measure(frame)]));
"""


def measured(browser: Browser, page: str) -> dict[str, dict[str, Any]]:
    """Load the page into frames as wide as each view and return what their scripts see."""
    frames = "".join(frame(page, name, width, scheme) for name, (width, scheme) in VIEWS.items())
    views: dict[str, dict[str, Any]] = browser.ask(frames, MEASURE)
    return views


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


@pytest.fixture
def page(lab: Lab) -> str:
    dataset = lab.dataset()
    return lab.report(lab.predictions(dataset), dataset).read("report.html").decode()


def test_the_page_fits_every_screen_and_can_be_read(browser: Browser, page: str) -> None:
    views = measured(browser, page)
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
    views = measured(browser, page.replace("C&lt;0&gt;&amp;", "C" * 400).replace("blot &lt;&amp;&gt;", "b" * 60))
    assert {name: view["overflow"] for name, view in views.items() if view["overflow"] > 0} == {}
