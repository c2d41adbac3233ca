"""Write what an image holds as CycloneDX: `sbom.py NAME:VERSION FILE`, run within the image by docker/Dockerfile.

Python's packages come from cyclonedx-py, Debian's from dpkg.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PYTHON = "/opt/maskline/bin/python3"
TOOL = Path(sys.executable).with_name("cyclonedx-py")
DEBIAN_FIELDS = "${binary:Package}\t${Version}\t${Architecture}\n"


def main(described: str, path: str) -> None:
    """Write the bill of materials of the image `described` to `path`."""
    bill = json.loads(_output(TOOL, "environment", PYTHON, "--output-reproducible"))
    name, _, version = described.rpartition(":")
    bill["metadata"]["component"] = {"type": "container", "bom-ref": described, "name": name, "version": version}
    bill["components"] += debian_packages()
    Path(path).write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")


def debian_packages() -> list[dict[str, Any]]:
    """Return Debian's packages as components."""
    found = []
    for line in _output("dpkg-query", "--show", "--showformat", DEBIAN_FIELDS).splitlines():
        package, version, architecture = line.split("\t")
        name = package.partition(":")[0]
        url = f"pkg:deb/debian/{name}@{version}?arch={architecture}"
        found.append({"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url})
    return found


def _output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
