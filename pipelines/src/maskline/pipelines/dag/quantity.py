"""Kubernetes' notation of quantities: "500m" cores, "2Gi" bytes.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re

from maskline.contract.errors import InvalidInput

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]*)")
_FACTORS = {
    "": 1.0,
    "m": 1e-3,
    **{letter: 1000.0**power for power, letter in enumerate("kMGTPE", 1)},
    **{f"{letter}i": 1024.0**power for power, letter in enumerate("KMGTPE", 1)},
}


def number(quantity: str) -> float:
    """Return the number that a quantity stands for.  Raises InvalidInput if it is none."""
    match = _QUANTITY.fullmatch(quantity)
    if not match or match[2] not in _FACTORS:
        raise InvalidInput(f"'{quantity}' is no quantity: it must be a number and a unit, e.g. 500m, 2, 512Mi or 16Gi")
    return float(match[1]) * _FACTORS[match[2]]
