"""What Kubeflow keeps of a dataset or a model: a small document that says what it is, where it is and how to get it.

The thing itself stays in the store. Kubeflow's launcher copies an artifact's file to the address that it has given, and
copies it again into every pod that takes it as an input (Kubeflow Pipelines 2.17).
"""

import json
from collections.abc import Mapping
from typing import Any

from maskline.contract.artifact import Artifact, Kind
from maskline.contract.categories import CategoryTable
from maskline.contract.config import canonical_json
from maskline.contract.identity import digest
from maskline.contract.stage.call import Described

SCHEMA = "maskline/pointer/1"


def pointer(artifact: Artifact, figures: Mapping[str, Any]) -> str:
    """Return the document that points to a sealed artifact, as JSON for people.

    figures: those of its figures that say how much is in it and how good it is.
    """
    manifest = artifact.manifest
    sealed = {"manifest_sha256": digest(canonical_json(manifest.model_dump(mode="json")))}
    return _document(manifest.kind, artifact.uri, manifest.categories, sealed | {"figures": dict(figures)})


def pointer_ahead(kind: Kind, uri: str, categories: CategoryTable, figures: Mapping[str, Any]) -> str:
    """Return the document that points to an artifact which others are still at work on.

    figures: what is known of it by now.
    """
    note = "still being made: complete once manifest.json is there"
    return _document(kind, uri, categories, {"state": note, "figures": dict(figures)})


def _document(kind: Kind, uri: str, categories: CategoryTable, rest: Mapping[str, Any]) -> str:
    classes = {"domain": categories.domain, "classes": [category.name for category in categories.categories]}
    fetch = f"maskline artifacts fetch {uri}"
    content = {"schema_version": SCHEMA, "kind": kind, "uri": uri, **classes, "fetch": fetch, **rest}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def numbers(figures: Mapping[str, Any]) -> dict[str, Described]:
    """Return those figures that are a number or None, which Kubeflow can show as an artifact's metadata."""
    return {
        name: value
        for name, value in figures.items()
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }
