#!/usr/bin/env bash
# Make maskline/base:bookworm, a base image from Debian packages, where a Debian mirror can be reached but no registry of
# images. `make build-images` takes it when it is there.
#
# The mirror is the one apt is configured with. The same packages give the same bytes.
set -euo pipefail

image=maskline/base:bookworm
# package -> who needs it
packages=(
    ca-certificates # TLS to object stores
    libstdc++6      # numpy, torch, rdkit
    netbase         # names of protocols and services
    python3-minimal # /usr/bin/python3
    python3.11
    python3.11-venv # pip, for the stage that builds
    tzdata          # local times
    usr-is-merged   # instead of usrmerge, which brings 45 MB of perl
)

fail() { echo "make base-image: $1" >&2; exit 1; }
command -v mmdebstrap >/dev/null || fail 'mmdebstrap is missing: apt-get install mmdebstrap'
command -v docker >/dev/null || fail 'docker is missing'
((EUID == 0)) || command -v newuidmap >/dev/null || fail 'run it as root, or install uidmap: apt-get install uidmap'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Sources of another release of Debian, or of Ubuntu, are none of ours; without any, mmdebstrap knows Debian's own.
apt-get indextargets --format "deb \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' \
    | grep -E ' bookworm(-updates|-security)? main$' >"$folder/sources.list" || true
mirror=()
[[ ! -s $folder/sources.list ]] || mirror=("$folder/sources.list")

# Every date is that of the release; documentation and translations stay out, as in Debian's slim images.
SOURCE_DATE_EPOCH=$(date --date 2023-06-10T00:00:00Z +%s) mmdebstrap --quiet --variant=apt \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --include="$(IFS=,; echo "${packages[*]}")" \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$folder/base.tar" "${mirror[@]}"

docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV LANG=C.UTF-8' \
    --change 'CMD ["bash"]' "$folder/base.tar" "$image" >/dev/null
docker image ls "$image"
