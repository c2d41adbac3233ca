"""Lengths in angstroms, whatever a file counts in."""

ANGSTROMS = {
    **dict.fromkeys(("a", "å", "\u212b", "angstrom", "ångström", "angstroms"), 1.0),
    **dict.fromkeys(("nm", "nanometer", "nanometre"), 1e1),
    **dict.fromkeys(("um", "µm", "\u03bcm", "micron", "microns", "micrometer", "micrometre"), 1e4),
    **dict.fromkeys(("mm", "millimeter", "millimetre"), 1e7),
    **dict.fromkeys(("cm", "centimeter", "centimetre"), 1e8),
    **dict.fromkeys(("m", "meter", "metre"), 1e10),
}
"""In one of each unit, as ImageJ, OME-XML and OME-Zarr spell them; \u212b and \u03bc look like å and µ."""


def angstroms(unit: str) -> float | None:
    """Return how many angstroms a unit has; None where it is no length, as with `pixel`."""
    return ANGSTROMS.get(unit.strip().lower())


def seven_digits(value: float) -> float:
    """Return what somebody wrote before it became a float of 32 bits, which keeps 7 digits: 13.33 for 13.330001."""
    return float(f"{value:.7g}")
