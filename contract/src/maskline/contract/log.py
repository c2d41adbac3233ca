"""One line per event, with its numbers: what people grep and what the local runner shows as progress."""

import re

EVENT = re.compile(r"[a-z][a-z0-9._-]*( [a-z][a-z0-9_-]*=.*)?")
"""A line that `event` may have printed; libraries print many other things."""


def event(name: str, **figures: object) -> None:
    """Print `name key=value ...` on standard output at once; floats with four significant digits."""
    print(name, *(f"{key}={_show(value)}" for key, value in figures.items()), flush=True)  # noqa: T201 - this is the log


def _show(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return repr(text) if " " in text else text
