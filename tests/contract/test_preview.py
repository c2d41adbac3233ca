"""The contact sheet and the page of a preview."""

import numpy as np
import pytest

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.page.samples import samples_page
from maskline.contract.picture import encode_png
from maskline.contract.preview.page import page
from maskline.contract.preview.preview import Preview
from maskline.contract.preview.sheet import GAP_PX, PAPER, contact_sheet
from maskline.contract.shard import Sample

TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="d&t", colour="#0000ff"),))


def sample(number: int, width: int, height: int) -> Sample:
    """White, its right half one instance."""
    mask = np.zeros((height, width), np.bool_)
    mask[:, width // 2 :] = True
    image = {
        "id": number, "file_name": f"{number}.png", "width": width, "height": height, "group": "g",
        "text": "<b>", "style": {"size": 1 / 3, "pens": 2}, "atoms": list(range(500)),
    }  # fmt: skip
    annotation = {"id": number, "image_id": number, "category_id": 1, "segmentation": rle.encode(mask)}
    return Sample(str(number), {"png": encode_png(np.full((height, width), 255, np.uint8))}, image, [annotation])


def test_large_pictures_are_scaled_down_and_small_ones_are_left_alone() -> None:
    sheet = contact_sheet(Preview([sample(1, 400, 200), sample(2, 30, 20)], TABLE, "coco/1"), cell_px=100)
    assert sheet.shape == (50 + 2 * GAP_PX, 4 * (100 + GAP_PX) + GAP_PX, 3)
    row = sheet[GAP_PX + 10]
    starts = [GAP_PX + column * (100 + GAP_PX) for column in range(4)]
    assert [tuple(row[start]) for start in starts] == [(255, 255, 255)] * 4
    assert row[starts[1] + 99][0] < row[starts[1] + 99][2]  # blue over white
    assert tuple(row[starts[3] + 29]) == (0, 0, 255)
    assert tuple(row[starts[2] + 30]) == PAPER


def test_the_page_captions_a_sample_with_the_domains_own_fields() -> None:
    text = page("a <preset>", Preview([sample(7, 30, 20)], TABLE, "coco/1"))
    assert "<h1>a &lt;preset&gt;</h1>" in text
    assert '<li><span style="background: #0000ff"></span>d&amp;t</li>' in text
    assert "sample 7: 30 \N{MULTIPLICATION SIGN} 20 px, instances: 1<dl>" in text
    assert "<dl><dt>text</dt><dd>&lt;b&gt;</dd><dt>size</dt><dd>0.333333</dd><dt>pens</dt><dd>2</dd></dl>" in text


def test_a_kind_that_tells_no_size_has_captions_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maskline.pictures.records.records.size", lambda _: "")
    shown = Preview([sample(7, 30, 20)], TABLE, "coco/1")
    assert "sample 7: instances: 1<dl>" in page("p", shown)
    assert ">1 instances, g</figcaption>" in samples_page("p-0", "", shown, {})
