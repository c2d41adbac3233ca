"""What an import of volumes can be asked for."""

from pydantic import Field

from maskline.contract.kind.exchange import ImportConfig


class VolumeImport(ImportConfig):
    """One dataset of volumes to import."""

    category: str = Field(
        default="",
        description="what instances are called where no file tells; else the table's only category, with own instance",
    )
    radius_voxels: float = Field(
        default=0, ge=0, le=10_000, description="of the ball that a particle of a list becomes; lists need one"
    )
