"""Print what an image holds as CycloneDX: `sbom.py NAME:VERSION KIND...`, run within the image by docker/Dockerfile.

A kind is `python`, whose packages cyclonedx-py lists, or `debian`, whose packages dpkg lists.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PYTHON = "/opt/maskline/bin/python3"
CYCLONEDX = Path(sys.executable).with_name("cyclonedx-py")
DEBIAN_FIELDS = "${Package}\t${Version}\t${Architecture}\n"


def bill(described: str, kinds: list[str]) -> dict[str, Any]:
    """Return the bill of materials of the image called `described`.  The same image gives the same bill."""
    name, _, version = described.rpartition(":")
    found: dict[str, Any] = json.loads(_output(CYCLONEDX, "environment", PYTHON, "--output-reproducible"))
    found["metadata"]["component"] = {"type": "container", "bom-ref": described, "name": name, "version": version}
    if "debian" in kinds:
        found["components"] += [component(*line.split("\t")) for line in _dpkg().splitlines()]
    return found


def component(name: str, version: str, architecture: str) -> dict[str, str]:
    """Return a package of Debian as a component."""
    url = f"pkg:deb/debian/{name}@{version}?arch={architecture}"
    return {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}


def _dpkg() -> str:
    return _output("dpkg-query", "--show", "--showformat", DEBIAN_FIELDS)


def _output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    json.dump(bill(sys.argv[1], sys.argv[2:]), sys.stdout, indent=2)
