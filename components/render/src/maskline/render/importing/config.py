"""What an import is asked for."""

from pydantic import Field

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config

NAME = r"^[a-z0-9][a-z0-9-]*$"
OWN = "own"


class ImportConfig(Config):
    """One dataset to import."""

    sources: tuple[str, ...] = Field(
        min_length=1,
        description="COCO documents, or folders, zips or s3:// prefixes that hold some with their pictures",
    )
    name: str = Field(pattern=NAME, description="what the dataset is called")
    split: str = Field(
        default="",
        pattern=r"^([a-z0-9][a-z0-9-]*)?$",
        description="the split it all goes into; empty: each document's name says, instances_<split>.json",
    )
    domain: str = Field(default="molecules", pattern=NAME)
    categories: str = Field(
        default="",
        description="empty: theirs have the names of the domain's; own: the documents' become the table; else a YAML "
        "file that maps each of their names to one of the domain's or to ignore",
    )
    table: CategoryTable | None = Field(default=None, description="a category table instead of the domain's own")
    images: str = Field(default="", description="where the pictures are, if not beside their document")
