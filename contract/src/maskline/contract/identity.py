"""Identity: the same sources, libraries, config and inputs name the same artifact, so a rerun finds it sealed."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from maskline.contract.config import Config, canonical_json

SOURCE_SUFFIXES = (".py", ".yaml", ".c", ".h", ".ttf", ".otf")


def digest(data: bytes) -> str:
    """Return the sha256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stage_id(
    stage: str,
    modules: Sequence[str],
    libraries: Sequence[str],
    config: Config | Mapping[str, Any],
    inputs: Mapping[str, str],
) -> str:
    """Return the 12 hexadecimal digits that name what a stage makes.

    modules: packages or modules whose installed sources count, e.g. "maskline.render"; none of them is imported.
    libraries: distributions whose versions shape the bytes, e.g. "rdkit".
    inputs: role -> URI of a sealed artifact, or "sha256:..." of anything else.
    """
    identity = {
        "stage": stage,
        "sources": {module: _source_digest(module) for module in modules},
        "libraries": {library: version(library) for library in libraries},
        "config": config.model_dump(mode="json") if isinstance(config, Config) else config,
        "inputs": inputs,
    }
    return digest(canonical_json(identity))[:12]


def _source_digest(module: str) -> str:
    """Digest of a module, or of a package's source files by path inside it; what is made of them does not count."""
    spec = find_spec(module)
    if spec is None:
        message = f"package {module} is not installed"
        raise ModuleNotFoundError(message)
    if not spec.submodule_search_locations:
        return digest(Path(str(spec.origin)).read_bytes())
    root = Path(next(iter(spec.submodule_search_locations)))
    files = sorted(path for path in root.rglob("*") if path.suffix in SOURCE_SUFFIXES)
    return digest(canonical_json({path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in files}))
