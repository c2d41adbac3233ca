"""The page as a document: one file, well formed, safe, accessible, small."""

from html.parser import HTMLParser

import pytest
from drawings import Studio, draw, human

from maskline.contract.page.markup import VOID
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.strokes.sketch import Sketch, Thing


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
def studio(directory_store: Store) -> Studio:
    return Studio(directory_store)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report that all tests look at."""
    studio = Studio(DirectoryStore(tmp_path_factory.mktemp("store")))
    dataset = studio.dataset()
    return studio.report(studio.predictions(dataset, human), dataset).read("report.html").decode()


def test_the_page_is_one_file_that_runs_nothing(page: str) -> None:
    document = Document(page)
    assert {"script", "link", "iframe", "object", "a", "base"}.isdisjoint(name for name, _ in document.elements)
    for _, attributes in document.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "srcset", "xlink:href"):
                assert value.startswith("data:image/jpeg;base64,")


def test_pictures_have_descriptions_tables_have_headers_and_names_stay_text(page: str) -> None:
    document = Document(page)
    pictures = document.all("img")
    assert all(picture["alt"] and picture["width"] and picture["height"] for picture in pictures)
    assert any(picture["alt"] == "drawn/0002.json, objects, truth: 12 strokes" for picture in pictures)
    assert all(header["scope"] in ("row", "col") for header in document.all("th"))
    assert len(document.all("caption")) == len(document.all("table")) == 5
    assert [name for name, _ in document.elements].count("h1") == 1
    assert any("<0>" in text for kind, text in document.texts if kind == "code")  # a group that looks like markup
    assert "<0>" not in page


def test_the_page_says_what_each_figure_means_and_which_had_the_truth_at_hand(page: str) -> None:
    texts = [text for kind, text in Document(page).texts if kind == "p"]
    with_truth = [text for text in texts if text.startswith("The same") and "chosen with the truth at hand" in text]
    assert len(with_truth) == 2
    assert all("as InstanceSketch reports it" in text for text in with_truth)
    assert any(text.startswith("Of strokes whose part is found and has two sides") for text in texts)


def test_each_mistake_is_told_beside_the_sketch_and_in_the_table(page: str) -> None:
    document = Document(page)
    assert any("taken for" in text for kind, text in document.texts if kind == "p")
    headings = [text for kind, text in document.texts if kind == "h2"]
    assert headings == [
        "What was measured",
        "Category by category",
        "Few strokes and many",
        "Part by part",
        "What is taken for what",
        "The worst sketches",
        "The same sketches every time",
        "How it learned",
        "Where this comes from",
    ]


def test_scenes_whose_parts_nobody_tells_are_shown_object_by_object(studio: Studio) -> None:
    def without_parts(index: int) -> Sketch:
        sketch = draw(3 * index + 2)
        things = tuple(Thing(each.category, each.strokes) for each in sketch.things)
        return Sketch(f"scene/{index}", sketch.strokes, things=things)

    dataset = studio.dataset(4, without_parts)
    page = studio.report(studio.predictions(dataset), dataset).read("report.html").decode()
    assert "the model puts 100.0% of the strokes into the right object. The truth tells no parts." in page
    assert {picture["alt"].split(", ")[1] for picture in Document(page).all("img")} == {"objects"}
    assert "Part by part" not in page
