"""The committed compiled pipelines: where they are."""

from pathlib import Path

from maskline.contract.errors import InvalidInput


def folder() -> Path:
    """Return the folder of the committed pipelines: in an installed package, or `pipelines/compiled` in a checkout."""
    here = Path(__file__).parents[1]
    packaged = here / "compiled"
    return packaged if packaged.is_dir() else here.parents[2] / "compiled"


def names() -> list[str]:
    """Return the names of the committed pipelines."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def find(pipeline: str) -> Path:
    """Return the file of a committed pipeline, or the file that `pipeline` itself names.  Raises InvalidInput."""
    if pipeline in names():
        return folder() / f"{pipeline}.yaml"
    if pipeline.endswith((".yaml", ".yml")):
        return Path(pipeline)
    raise InvalidInput(f"no pipeline '{pipeline}'; there are: {', '.join(names())}, or a compiled .yaml file of yours")
