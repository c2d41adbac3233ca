"""The models that come with Maskline as files: small, and from nowhere in particular."""

import re

import pytest

from maskline.contract.artifact import Artifact, open_sealed

MOST_BYTES = {"published": 15_000_000, "published-sketches": 5_000_000}


@pytest.fixture(params=MOST_BYTES)
def word(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def model(word: str) -> Artifact:
    return open_sealed(word, "checkpoint")


def test_it_is_small_and_every_byte_is_what_its_manifest_says(word: str, model: Artifact) -> None:
    contents = {name: model.read(name) for name in model.manifest.files}

    assert contents.keys() == {"model.safetensors", "model.yaml", "training.json", "log.jsonl"}
    assert sum(map(len, contents.values())) <= MOST_BYTES[word]


def test_nothing_in_it_names_a_machine(model: Artifact) -> None:
    texts = [model.read(name) for name in ("model.yaml", "training.json", "log.jsonl")]
    texts.append(model.store.read(f"{model.manifest.prefix}/manifest.json"))

    found = [match for text in texts for match in re.findall(rb"\S*://\S*|[\"'](?:/|~|[A-Z]:\\)[^\"']*[\"']", text)]
    assert found == []
