"""What instances are called in files that do not say it."""

from maskline.contract.domain import load_domain
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import OWN
from maskline.pictures.exchange.config import PictureImport

INSTANCE = "instance"


def category_of(config: PictureImport, what: str) -> str:
    """Return the category that is asked for, else the table's only one, or with `own` INSTANCE.

    what: the files, in words.  Raises InvalidInput where the table has several.
    """
    if config.category:
        return config.category
    if config.categories == OWN:
        return INSTANCE
    table = config.table or load_domain("maskline.categories", config.domain)
    if len(table.categories) > 1:
        raise InvalidInput(
            f"{what} do not say what their instances are, and {table.domain} has {len(table.categories)} categories: "
            f"--set category=NAME must, one of {', '.join(table.names)}; or --categories {OWN}"
        )
    return str(table.names[0])
