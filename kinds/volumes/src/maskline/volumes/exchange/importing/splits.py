"""Which split each volume is in: the one that is asked for, a share of all, or that of its folder."""

from collections.abc import Sequence

from maskline.contract.kind.shares import SHARE, in_turn, rest_of, split_and_share
from maskline.volumes.exchange.importing.finding import Found


def splits_of(volumes: Sequence[Found], asked: str, problems: list[str]) -> list[str]:
    """Return the split of each volume.  asked: a split's name, `name=share`, or nothing."""
    if SHARE in asked:
        return _shared([volume.name for volume in volumes], *split_and_share(asked), problems)
    if asked:
        return [asked] * len(volumes)
    lost = [volume for volume in volumes if not volume.split]
    if lost:
        problems.append(
            f"{lost[0].places['raw']}: no folder train, val or test says which split it is in ({len(lost)} volumes): "
            "--split must, e.g. --split train, or --split val=0.2 for a fifth of the volumes"
        )
    return [volume.split for volume in volumes]


def _shared(names: Sequence[str], name: str, share: float, problems: list[str]) -> list[str]:
    """Put a share of the volumes, one at least and not all, into split `name`, chosen by what is in their names."""
    if len(names) < 2:
        problems.append(f"--split {name}{SHARE}{share:g}: there is one volume, and it is not parted")
    ordered = in_turn(names)
    chosen = set(ordered[: min(max(1, round(share * len(names))), len(names) - 1)])
    return [name if own in chosen else rest_of(name) for own in names]
