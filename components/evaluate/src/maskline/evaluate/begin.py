"""What a scheduled run begins with: the seed of its pictures."""

from datetime import UTC, datetime

from maskline.contract.errors import InvalidInput


def seed_of(seed: float, created: str) -> int:
    """Return `seed`, or for -1 one of the run's own: the second in which the run was made, since 1970.

    A pod that is tried again is told the same second, so it begins the same run.
    created: ISO 8601.  Raises InvalidInput for a smaller seed or a malformed time.
    """
    if isinstance(seed, int) and seed >= 0:
        return seed
    if seed != -1:
        raise InvalidInput(f"seed = {seed}: it must be a whole number, 0 or more, or -1 for new pictures in every run")
    try:
        made = datetime.fromisoformat(created)
    except ValueError:
        raise InvalidInput(
            f"seed = -1 takes the time at which the run was made, but that is told as '{created}'; Kubeflow Pipelines "
            "2.17 tells it, older ones do not: give a seed"
        ) from None
    return int((made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp())
