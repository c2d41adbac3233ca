"""What instances are called, and which class of the table that makes them."""

from collections.abc import Sequence

from maskline.contract.domain import load_domain
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import OWN
from maskline.contract.kind.mapping import Categories, settle
from maskline.volumes.exchange.config import VolumeImport
from maskline.volumes.exchange.importing.opening import Parts

INSTANCE = "instance"


def named(config: VolumeImport, volumes: Sequence[Parts]) -> tuple[Categories, str]:
    """Return the categories, and what instances are called where no file tells.

    Raises InvalidInput where that is not to be known, and for names that nothing maps.
    """
    told = dict.fromkeys(name for volume in volumes for name in (volume.classes or {}).values())
    if all(volume.classes is not None for volume in volumes if volume.labels) and told:
        return settle(config, list(told), list(told)), ""
    usual = _usual(config)
    names = list(dict.fromkeys([*told, usual]))
    return settle(config, names, names), usual


def _usual(config: VolumeImport) -> str:
    if config.category:
        return config.category
    if config.categories == OWN:
        return INSTANCE
    table = config.table or load_domain("maskline.categories", config.domain)
    if len(table.categories) > 1:
        raise InvalidInput(
            f"no file says what the instances of some volumes are, and {table.domain} has {len(table.categories)} "
            f"categories: --set category=NAME must, one of {', '.join(table.names)}; or --categories {OWN}"
        )
    return str(table.names[0])
