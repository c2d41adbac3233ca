"""The page as a document: one file, well formed, safe, accessible, small."""

from html.parser import HTMLParser

import numpy as np
import pytest
from laboratory import Lab

from maskline.contract.coco import rle
from maskline.contract.page.markup import VOID, join, tag
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample, pack

LIMIT_BYTES = 5_000_000


class Document(HTMLParser):
    """Every element with its attributes, and the text of each kind of element; fails on tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for element, attributes in self.elements if element == name]


@pytest.fixture
def page(lab: Lab) -> str:
    dataset = lab.dataset()
    return lab.report(lab.predictions(dataset), dataset).read("report.html").decode()


def test_the_page_refers_to_nothing_outside_itself(page: str) -> None:
    document = Document(page)
    assert {"script", "link", "iframe", "object", "a", "base"}.isdisjoint(name for name, _ in document.elements)
    for _, attributes in document.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "srcset", "xlink:href"):
                assert value.startswith("data:image/jpeg;base64,")
    style = "".join(text for kind, text in document.texts if kind == "style")
    assert "url(" not in style
    assert "@import" not in style
    policy = next(meta["content"] for meta in document.all("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'")


def test_names_that_look_like_markup_stay_text(page: str) -> None:
    document = Document(page)
    assert ("span", "blot <&>") in document.texts  # a class
    assert any("C<0>&" in text for kind, text in document.texts if kind == "code")  # the group of picture 0
    assert "C<0>&" not in page
    assert any("blot <&>" in image["alt"] for image in document.all("img"))


def test_pictures_have_descriptions_and_tables_have_headers(page: str) -> None:
    document = Document(page)
    pictures = document.all("img")
    assert len(pictures) >= 16
    assert all(picture["alt"] and picture["width"] and picture["height"] for picture in pictures)
    assert all(header["scope"] in ("row", "col") for header in document.all("th"))
    drawings = document.all("svg")
    assert all(drawing.get("aria-label") or drawing.get("aria-hidden") == "true" for drawing in drawings)
    levels = [name for name, _ in document.elements if name in ("h1", "h2", "h3")]
    assert levels.count("h1") == 1
    assert levels[0] == "h1"
    assert len(document.all("caption")) == len(document.all("table")) == 5


def test_the_page_tells_what_it_comes_from_and_how_the_model_learned(lab: Lab) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    page = lab.report(predictions, dataset).read("report.html").decode()
    texts = [text for kind, text in Document(page).texts if kind == "code"]
    for uri in (dataset.uri, predictions.uri, predictions.manifest.inputs["checkpoint"]):
        assert uri in texts
    assert "loss over training steps, at last 0.143" in page
    assert "validation mask AP over training steps, at last 0.500" in page
    assert "validation mask AP50 over training steps, at last 0.833" in page
    assert "learning rate over training steps, highest 0.0014" in page
    effort = "100 steps, 8 samples each, 61 s, 13.07 samples per second, 1.2% of the time waiting for them"
    assert f"{effort}, at most 1,234 MB of memory" in page


def test_a_training_that_tells_less_is_shown_all_the_same(lab: Lab) -> None:
    dataset = lab.dataset()
    log = b'{"event": "step", "step": 5, "loss": 2.5}\n{"event": "something else"}\n'
    inputs = {"checkpoint": lab.seal("checkpoint", "brief", {"log.jsonl": log}, record="").uri, "dataset": dataset.uri}
    page = lab.report(lab.predictions(dataset, inputs=inputs), dataset).read("report.html").decode()
    assert "loss over training steps, at last 2.500" in page
    assert "learning rate" not in page
    assert "samples per second" not in page


def test_a_checkpoint_that_is_gone_leaves_out_the_learning_curve_only(lab: Lab) -> None:
    dataset = lab.dataset()
    inputs = {"checkpoint": f"{lab.store.uri}/checkpoints/gone-000000000000", "dataset": dataset.uri}
    page = lab.report(lab.predictions(dataset, inputs=inputs), dataset).read("report.html").decode()
    assert "How it learned" not in page
    assert "Model gone on dataset shapes" in page


def test_the_page_stays_small_whatever_the_pictures_are(lab: Lab) -> None:
    rng = np.random.default_rng(0)
    samples = []
    for index in range(16):
        noise = rng.integers(0, 256, (460, 460, 3), dtype=np.uint8)
        code = rle.encode(np.pad(np.ones((9, 9), bool), ((0, 451), (0, 451))))
        truth = {"id": index + 1, "image_id": index + 1, "category_id": 1, "iscrowd": 0, "area": 81}
        image = {"id": index + 1, "file_name": f"{index}.png", "width": 460, "height": 460}
        label = truth | {"segmentation": code, "bbox": rle.bbox(code)}
        samples.append(Sample(str(index), {"png": encode_png(noise)}, image, [label]))
    document, archive = pack(samples, lab.table)
    dataset = lab.seal("dataset", "noise", {"shards/val-00000.json": document, "shards/val-00000.tar": archive})
    nothing = lab.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs={"dataset": dataset.uri})
    page = lab.report(nothing, dataset, worst_cases=16, fixed_cases=16).read("report.html").decode()
    assert len(page) < LIMIT_BYTES
    assert len(Document(page).all("img")) == 64


def test_markup_escapes_whatever_is_not_markup() -> None:
    assert (
        tag("p", '<b a="1">', class_='x" onload="y')
        == '<p class="x&quot; onload=&quot;y">&lt;b a=&quot;1&quot;&gt;</p>'
    )
    assert join("<", tag("br"), 1) == "&lt;<br></br>1"
    assert tag("rect", stroke_width=2, rx=None) == '<rect stroke-width="2"/>'
