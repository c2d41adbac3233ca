"""Strict reading of a compiled pipeline's mappings: what nobody here understands is named, never passed over."""

from typing import Any

from maskline.pipelines.errors import UnsupportedFeature


def fields(mapping: dict[str, Any], where: str, allowed: str) -> dict[str, Any]:
    """Return `mapping`.  Raises UnsupportedFeature if it has a key that is not among the `allowed` words."""
    unknown = sorted(mapping.keys() - set(allowed.split()))
    if unknown:
        raise UnsupportedFeature(f"{where}: '{unknown[0]}' cannot be run locally")
    return mapping
