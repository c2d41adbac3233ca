"""What instances are called, and which class of the table that makes them."""

from collections.abc import Sequence

from maskline.contract.kind.mapping import Categories, settle, usual
from maskline.volumes.exchange.config import VolumeImport
from maskline.volumes.exchange.importing.opening import Parts


def named(config: VolumeImport, volumes: Sequence[Parts]) -> tuple[Categories, str]:
    """Return the categories, and what instances are called where no file tells.

    Raises InvalidInput where that is not to be known, and for names that nothing maps.
    """
    told = dict.fromkeys(name for volume in volumes for name in (volume.classes or {}).values())
    if all(volume.classes is not None for volume in volumes if volume.labels) and told:
        return settle(config, list(told), list(told)), ""
    own = usual(config, config.category, "the files of some volumes")
    names = list(dict.fromkeys([*told, own]))
    return settle(config, names, names), own
