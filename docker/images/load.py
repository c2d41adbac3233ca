"""Load the images into a cluster of kind: `make kind-load`, or `python docker/images/load.py [NAME...]`.

The variable CLUSTER names the cluster; without it, it is `kind`, as kind itself has it.  kind's nodes have an image
store of their own and cannot see the engine's.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from build import chosen
from builder import Builder, BuildError
from revision import Revision

NO_KIND = "kind is missing; its releases are single files: https://kind.sigs.k8s.io/docs/user/quick-start"


def main(names: Sequence[str], cluster: str) -> None:
    """Load the named images, or all, by every tag.  Raises BuildError if one is not built or kind fails."""
    tags = Revision.of_checkout().tags
    images = [f"{image.title}:{tag}" for image in chosen(names) for tag in tags]
    if shutil.which("kind") is None:
        raise BuildError(NO_KIND)
    builder = Builder.find()
    if missing := [image for image in images if not builder.has(image)]:
        raise BuildError(f"not built yet: {', '.join(missing)}; make build-images does it")
    if subprocess.run(["kind", "load", "docker-image", "--name", cluster, *images], check=False).returncode != 0:
        raise BuildError(f"the images were not loaded into the cluster '{cluster}'; kind says above why")


if __name__ == "__main__":
    try:
        main(sys.argv[1:], os.environ.get("CLUSTER") or "kind")
    except BuildError as fault:
        sys.exit(f"kind-load: {fault}")
