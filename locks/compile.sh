#!/usr/bin/env bash
# Write the lock files: dev.txt (every member, every extra, the tools), one file per image of docker/images.toml, and
# the two that all images share: build.txt (what builds them and stays out of them) and torch.txt (a layer of its own).
#
# usage, from the repository root:  locks/compile.sh [--upgrade | --check]
# Versions that the files name already are kept where they still fit, so an unchanged repository gives unchanged files,
# whatever the registry has published since. --upgrade takes the newest instead; --check writes nothing and fails when
# the files would change.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[[ ${1-} == --upgrade ]] || cp locks/*.txt "$scratch"

# The files name no registry, no path of a machine and no command: they read the same wherever they are written.
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate)
members=(contract models components/* domains/* kinds/* pipelines)
for member in "${members[@]}"; do options+=(--no-emit-package "maskline-$(basename "$member")"); done

compile() { uv pip compile "${options[@]}" "$@" >/dev/null; }

compile "${members[@]/%//pyproject.toml}" --all-extras --group pyproject.toml:dev --output-file "$scratch/dev.txt"

# An image holds the versions that were tested. A path cannot be a constraint, so detectron2's line stays out.
grep -v '^docker/detectron2$' "$scratch/dev.txt" >"$scratch/constraints"

# lock NAME PACKAGE...: what the packages need. A domain that draws needs its extra in render; one that scores, none.
lock() {
    printf '%s\n' "${@:2}" \
        | compile - --constraints "$scratch/constraints" --excludes "$scratch/excludes" --output-file "$scratch/$1.txt"
}

: >"$scratch/excludes"
# shellcheck disable=SC2046  # a list of words
lock build cyclonedx-bom uv $(python3 -c '
import sys, tomllib
found = [tomllib.load(open(f"{member}/pyproject.toml", "rb"))["build-system"]["requires"] for member in sys.argv[1:]]
print(*sorted({requirement for each in found for requirement in each}))' "${members[@]}")
lock torch torch torchvision

# Of the table: the image, what it installs, what stays out.
images() {
    python3 -c '
import tomllib
for name, image in tomllib.load(open("docker/images.toml", "rb")).items():
    print(name, " ".join(image["install"]), " ".join(image.get("without", [])), sep="\t")'
}
while IFS=$'\t' read -r name packages without; do
    tr ' ' '\n' <<<"$without" >"$scratch/excludes"
    # shellcheck disable=SC2086  # a list of words
    lock "$name" $packages
done < <(images)

if [[ ${1-} == --check ]]; then
    for file in "$scratch"/*.txt; do
        cmp --silent "$file" "locks/$(basename "$file")" \
            || { echo "locks/$(basename "$file") is not what the pyproject.toml files ask for: run make lock" >&2; exit 1; }
    done
else
    cp "$scratch"/*.txt locks
fi
