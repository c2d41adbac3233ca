"""The page of a volume in a real browser: what is moved, and what is then seen."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import numpy as np
import pytest
from browser import contrast, luminance
from numpy.typing import NDArray
from tab import Tab, chromium

from maskline.contract.categories import Category, CategoryTable
from maskline.volumes.painting import colour
from maskline.volumes.viewer.page import viewer_page
from maskline.volumes.voxels import InMemory

SHAPE = (6, 8, 10)
PLACES = {1: (slice(0, 3), slice(0, 2), slice(0, 3)), 2: (slice(3, 6), slice(3, 8), slice(6, 9))}
CENTROIDS = {1: [1.0, 0.5, 1.0], 2: [4.0, 5.0, 7.0]}
HELP = """
const by = id => document.getElementById(id), drawn = () => new Promise(requestAnimationFrame);
while (by("viewer")?.hidden ?? true) await drawn();
const settled = async () => {
  await drawn();
  await drawn();
};
await settled();
const set = async (id, value) => {
  by(id).value = value;
  by(id).dispatchEvent(new Event("input"));
  await settled();
};
const mode = async value => {
  document.querySelector(`[value=${value}]`).click();
  await settled();
};
const place = () => ["z", "y", "x"].map(axis => by("slider-" + axis).valueAsNumber);
const told = () => by("selected").textContent;
const pixels = (axis, columns, rows, right = .5, down = .5) => {
  const { width, height } = by("plane-" + axis), context = by("plane-" + axis).getContext("2d");
  const rgb = (x, y) => [...context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data.slice(0, 3)];
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) =>
    rgb((column + right) * width / columns, (row + down) * height / rows)));
};
"""


class Viewer:
    """A page in the browser."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    def open(self, page: str, width: int = 1200, scheme: str = "light") -> None:
        self.tab.open(page, width, scheme)

    def ask(self, script: str) -> Any:
        return self.tab.ask(HELP + script)

    def point(self, kind: str, axis: str, voxel: tuple[int, int], shape: tuple[int, int], **params: Any) -> None:
        """Let the pointer do something over a plane.  voxel, shape: along its columns and rows."""
        left, top, width, height = self.ask(
            f'by("plane-{axis}").scrollIntoView(); const box = by("plane-{axis}").getBoundingClientRect();'
            "return [box.left, box.top, box.width, box.height];"
        )
        x, y = left + (voxel[0] + 0.5) * width / shape[0], top + (voxel[1] + 0.5) * height / shape[1]
        self.tab.mouse(kind, x, y, **params)

    def click(self, axis: str, voxel: tuple[int, int], shape: tuple[int, int]) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.point(kind, axis, voxel, shape, button="left", clickCount=1)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("chromium")) as tab:
        yield tab


@pytest.fixture
def viewer(tab: Tab) -> Viewer:
    return Viewer(tab)


@pytest.fixture
def opened(viewer: Viewer, page: str) -> Viewer:
    viewer.open(page)
    return viewer


def table(*names: str) -> CategoryTable:
    categories = tuple(Category(id=number, name=name, colour="#00ff00") for number, name in enumerate(names, 1))
    return CategoryTable(domain="tomograms", policy="tests", categories=categories)


def greys() -> NDArray[np.uint8]:
    """Values that are shown as they are: black and white occur."""
    values = np.random.default_rng(0).integers(0, 256, SHAPE, np.uint8)
    values[0, 0, :2] = 0, 255
    return values


def labels() -> NDArray[np.uint32]:
    values = np.zeros(SHAPE, np.uint32)
    for instance, place in PLACES.items():
        values[place] = instance
    return values


def results() -> list[dict[str, Any]]:
    areas = {1: 18, 2: 45}
    return [
        {"instance": one, "category_id": one, "score": one / 4, "area": areas[one], "centroid": CENTROIDS[one]}
        for one in PLACES
    ]


@pytest.fixture
def page() -> str:
    return viewer_page(
        "a <b>", InMemory(greys()), InMemory(labels()), results(), table("ribosome", "</script>"), (20, 10, 10)
    )


def seen(pixels: list[list[list[int]]]) -> NDArray[np.float64]:
    """Greys, (H, W); NaN where there are none, as under the cross."""
    values = np.array(pixels, np.float64)
    return np.where((values == values[..., :1]).all(-1), values[..., 0], np.nan)


def assert_shown(pixels: list[list[list[int]]], plane: NDArray[np.uint8], cross: tuple[int, int]) -> None:
    found, off = seen(pixels), np.ones(plane.shape, bool)
    off[cross[0]], off[:, cross[1]] = False, False
    np.testing.assert_array_equal(found[off], plane[off])


def test_each_slider_moves_its_plane_and_no_other(opened: Viewer) -> None:
    found = opened.ask(
        'await mode("none"); await set("slider-z", 2); await set("slider-y", 3); await set("slider-x", 8);'
        'return [place(), pixels("z", 10, 8), pixels("x", 6, 8), pixels("y", 10, 6), by("at-z").textContent];',
    )

    values = greys()
    assert found[0] == [2, 3, 8]
    assert_shown(found[1], values[2], (3, 8))
    assert_shown(found[2], values[:, :, 8].T, (3, 2))
    assert_shown(found[3], values[:, 3], (2, 8))
    assert found[4] == "2 of 0\N{EN DASH}5"


def test_a_click_in_one_plane_moves_the_others_and_selects(opened: Viewer) -> None:
    opened.ask('await set("slider-z", 1);')

    opened.click("z", (2, 1), (10, 8))
    assert opened.ask("return place();") == [1, 1, 2]
    assert "instance1" in opened.ask("return told();")

    opened.click("y", (7, 4), (10, 6))
    assert opened.ask("return place();") == [4, 1, 7]
    assert not opened.ask("return told();")

    opened.click("x", (4, 6), (6, 8))
    assert opened.ask("return place();") == [4, 6, 7]
    assert "instance2" in opened.ask("return told();")


def test_an_instance_in_the_list_moves_all_planes_to_its_centroid(opened: Viewer) -> None:
    found = opened.ask(
        'const rows = () => [...document.querySelectorAll("#list tr")];'
        'rows().find(row => row.dataset.instance === "1").querySelector("button").click(); await settled();'
        'const one = [place(), told(), document.querySelectorAll(".chosen").length];'
        'rows().find(row => row.dataset.instance === "2").click(); await settled();'
        "return [one, [place(), told()]];",
    )

    (one, told, chosen), (two, other) = found
    assert one == [1, 1, 1]  # halves are rounded up
    assert two == [4, 5, 7]
    assert chosen == 1
    assert told == "instance1classribosomescore0.250size18 voxelsvolume36 nm³centroidz 1.0, y 0.5, x 1.0"
    assert "class</script>score0.500size45 voxelsvolume90 nm³" in other


def test_the_surest_instance_is_where_one_starts(opened: Viewer) -> None:
    assert opened.ask("return place();") == [4, 5, 7]


def test_the_list_is_sorted_by_what_is_asked_for(opened: Viewer) -> None:
    found = opened.ask(
        "const order = async key => { document.querySelector(`[data-key=${key}]`).click(); await settled();"
        'return [...document.querySelectorAll("#list tr")].map(row => Number(row.dataset.instance)).join(""); };'
        'const all = []; for (const key of ["instance", "instance", "area", "area", "class", "score", "volume"])'
        'all.push(await order(key)); return [all, document.querySelector(".volume").ariaSort];',
    )

    assert found == [["12", "21", "21", "12", "21", "21", "21"], "descending"]


def test_a_long_list_says_that_it_goes_on(viewer: Viewer) -> None:
    own = np.arange(1, 1003, dtype=np.uint32).reshape(1, 6, 167)
    many = [
        {"instance": one, "category_id": 1, "score": 0.5, "area": 1, "centroid": [0, *divmod(one - 1, 167)]}
        for one in range(1, 1003)
    ]

    viewer.open(viewer_page("many", InMemory(own), InMemory(own), many, table("dot"), None))
    rows, said = viewer.ask('return [by("list").rows.length, by("listed").textContent];')
    viewer.click("z", (166, 5), (167, 6))

    assert rows == 1000
    assert said == "The first 1000 of 1002 in this order."
    assert "instance1002" in viewer.ask("return told();")


def test_instances_are_filled_outlined_or_left_out(opened: Viewer) -> None:
    found = opened.ask(
        'await set("slider-z", 5); await set("slider-y", 0); await set("slider-x", 0); await set("opacity", 50);'
        'const shown = () => [pixels("z", 10, 8), pixels("z", 10, 8, .999, .5)];'
        'const all = {}; for (const one of ["filled", "outlines", "none"]) { await mode(one); all[one] = shown(); }'
        "return all;",
    )

    raw, own = greys()[5, 4, 7], list(bytes.fromhex(colour(2)[1:]))
    middle, edge = (np.array(found["filled"])[number, 4, at] for number, at in ((0, 7), (1, 8)))
    np.testing.assert_allclose(middle, [raw / 2 + part / 2 for part in own], atol=1)
    assert found["outlines"][0][4][7] == found["none"][0][4][7] == [raw] * 3
    assert edge.tolist() == found["outlines"][1][4][8] != [greys()[5, 4, 8]] * 3
    assert found["none"][1][4][8] == [greys()[5, 4, 8]] * 3


def test_black_and_white_are_where_they_are_put(opened: Viewer) -> None:
    found = opened.ask(
        'await mode("none"); await set("black", 100); await set("white", 150); const one = pixels("z", 10, 8);'
        'await set("white", 50); return [place(), one, by("black").valueAsNumber];',
    )

    (z, y, x), shown, black = found
    wanted = np.rint(np.clip((greys()[z].astype(float) - 100) / 50, 0, 1) * 255).astype(np.uint8)
    assert_shown(shown, wanted, (y, x))
    assert black == 49  # below white, whichever was moved


def test_wheel_and_keys_move_as_the_pointer_does(opened: Viewer) -> None:
    opened.ask('for (const axis of "zyx") await set("slider-" + axis, 0);')
    opened.point("mouseWheel", "z", (5, 5), (10, 8), deltaX=0, deltaY=120)
    places = [opened.ask('by("plane-y").focus(); return place();')]

    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "ArrowLeft", "ArrowLeft"):
        opened.tab.key(key)
        places.append(opened.ask("return place();"))
    opened.tab.key("Enter")

    # Across y, right is x and down is z; nothing leaves the volume.
    steps = [[1, 0, 0], [1, 0, 1], [2, 0, 1], [3, 0, 1], [2, 0, 1], [2, 1, 1], [2, 0, 1], [2, 0, 0], [2, 0, 0]]
    assert places == steps
    assert "instance1" in opened.ask("return told();")


def test_what_is_under_the_pointer_is_told(opened: Viewer) -> None:
    opened.point("mouseMoved", "z", (7, 5), (10, 8))
    hidden, text = opened.ask('return [by("tip").hidden, by("tip").textContent];')
    opened.point("mouseMoved", "z", (1, 7), (10, 8))

    assert not hidden
    assert "instance 2" in text
    assert "score 0.500" in text
    assert opened.ask('return [by("tip").hidden, place()];') == [True, [4, 5, 7]]


def test_voxels_are_as_long_as_they_are(opened: Viewer) -> None:
    found = opened.ask(
        "const box = axis => by(`plane-${axis}`).getBoundingClientRect();"
        'return ["z", "x", "y"].map(axis => [box(axis).width, box(axis).height]);'
    )

    (width, height), (depth, same), (again, below) = found
    assert width / height == pytest.approx(10 / 8, rel=0.01)
    assert depth / same == pytest.approx(6 * 2 / 8, rel=0.01)
    assert again / below == pytest.approx(10 / (6 * 2), rel=0.01)
    assert same == pytest.approx(height)
    assert again == pytest.approx(width)


def test_the_bar_is_as_long_as_it_says(opened: Viewer) -> None:
    bar, text, width = opened.ask(
        'return [by("scale").getBoundingClientRect().width, by("scale").textContent,'
        'by("plane-z").getBoundingClientRect().width];'
    )

    assert bar / float(text.removesuffix(" nm")) == pytest.approx(width / 10, rel=0.01)  # ten voxels of 1 nm


def test_a_reduced_volume_tells_places_among_all_voxels(viewer: Viewer) -> None:
    raw = np.random.default_rng(0).integers(0, 256, (8, 6, 700), np.uint8)
    own = np.zeros(raw.shape, np.uint32)
    own[3:6, 2:5, 400:500] = 1
    one = {"instance": 1, "category_id": 1, "score": 0.5, "area": 900, "centroid": [4.0, 3.0, 449.5]}

    page = viewer_page("long", InMemory(raw), InMemory(own), [one], table("fibre"), None)
    viewer.open(page)
    found = viewer.ask('return [place(), by("slider-x").max, by("at-x").textContent, told(), by("cross").textContent];')

    assert "Every 3rd voxel of each side is shown: greys are means of 3 \N{MULTIPLICATION SIGN} 3 " in page
    assert found[0] == [1, 1, 150]
    assert found[1] == "233"
    assert found[2] == "451 of 0\N{EN DASH}699"
    assert "nm³" not in found[3]
    assert viewer.ask('return by("scale").hidden;')
    assert found[4].startswith("Cross at z 4, y 4, x 451; value ")


def test_a_volume_without_labels_is_looked_through_too(viewer: Viewer) -> None:
    page = viewer_page("raw", InMemory(greys()), None, [], table("a"), None)

    viewer.open(page)
    found = viewer.ask(
        'return [place(), pixels("z", 10, 8), !!by("list"), document.querySelectorAll("[name=mode]").length];'
    )

    assert found[0] == [3, 4, 5]
    assert_shown(found[1], greys()[3], (4, 5))
    assert found[2:] == [False, 0]


@pytest.mark.parametrize("width", [320, 390, 760, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_screen_and_can_be_read(viewer: Viewer, page: str, width: int, scheme: str) -> None:
    viewer.open(page, width, scheme)

    overflow, ink, quiet, paper, widths = viewer.ask(
        "const style = getComputedStyle(document.body), quiet = getComputedStyle(by('cross'));"
        "return [document.documentElement.scrollWidth - innerWidth, style.color, quiet.color, style.backgroundColor,"
        "[...document.querySelectorAll('canvas')].map(one => one.getBoundingClientRect().width)];"
    )

    assert overflow <= 0
    assert contrast(ink, paper) >= 7
    assert contrast(quiet, paper) >= 4.5
    assert (luminance(paper) > 0.9) == (scheme == "light")
    assert min(widths) >= 100


def test_the_page_refers_to_nothing_and_runs_nothing_else(viewer: Viewer, page: str) -> None:
    viewer.open(page.replace("</body>", "<script>document.title = 'mine'</script></body>"))

    assert viewer.ask("return [document.title, location.protocol];") == ["a <b> \N{MIDDLE DOT} Maskline", "file:"]
    assert not re.search(r"""(src|href)=|url\(|https?:|import[ (]""", page)
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" in unescape(page)


def test_noise_of_any_size_stays_below_6_mb_and_the_same_volume_gives_the_same_bytes() -> None:
    noise = InMemory(np.random.default_rng(0).standard_normal((64, 256, 256), np.float32))

    one, other = (viewer_page("noise", noise, None, [], table("a"), None) for _ in range(2))

    assert one == other
    assert 4_000_000 < len(one.encode()) < 6_000_000
