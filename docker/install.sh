#!/bin/sh
# Install into an image, from within a build. /mnt is a tmpfs there: what is mounted or written below leaves no trace.
#
#   install.sh debian PACKAGE...   packages of Debian
#   install.sh environment         an empty Python environment
#   install.sh lock FILE           what a lock names, hash by hash
#   install.sh wheels FOLDER       the wheels in a folder
#
# With TORCH_INDEX, torch and torchvision of the locked versions come from that index, which has other files under them,
# and CUDA's libraries stay away; the rest remains hash-locked.
#
# Python is compiled, because a read-only root leaves no second chance, and every file gets the same date: the same
# packages give the same layer, whenever and wherever it is built.
set -eu
export TMPDIR=/mnt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
export UV_CACHE_DIR=/mnt/cache UV_LINK_MODE=copy UV_NO_PROGRESS=1
[ -z "${PACKAGE_INDEX:-}" ] || export UV_DEFAULT_INDEX="$PACKAGE_INDEX"

debian() {
    [ $# -gt 0 ] || return 0
    apt-get update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$@"
    rm -f /var/cache/ldconfig/aux-cache  # dates
}

environment() { /mnt/uv venv --no-cache --python python3 "$VIRTUAL_ENV"; }

lock() {
    cd "$(dirname "$1")"  # a lock may name a folder beside it
    if [ -n "${TORCH_INDEX:-}" ] && grep --quiet '^torch==' "$1"; then
        grep --only-matching --extended-regexp '^torch(vision)?==[^ ;]+' "$1" >/mnt/torch.txt
        awk '/^[^ ]/ { out = /^(torch|torchvision|triton|cuda-[a-z]+|nvidia-[a-z0-9-]+)==/ } !out' "$1" >/mnt/rest.txt
        packages --default-index "$TORCH_INDEX" --requirement /mnt/torch.txt
        packages --requirement /mnt/rest.txt
    else
        packages --requirement "$1"
    fi
}

wheels() {
    names=$(find "$1" -name '*.whl' -exec basename {} \; | sed 's/-.*//')
    # shellcheck disable=SC2086  # a list of words
    [ -z "$names" ] || packages --no-index --find-links "$1" $names
}

packages() { /mnt/uv pip install --quiet --no-deps "$@"; }

compile() {
    find "$VIRTUAL_ENV/lib" -name uv_cache.json -execdir sed -i /uv_cache.json/d RECORD \; -delete  # dates of local wheels
    find "$VIRTUAL_ENV/lib" -type d \( -name tests -o -name SelfTest \) -prune -exec rm -r {} +  # packages' own tests
    date_alike
    # With a seed of its own every process would write sets of words in another order. Columns for the carets of
    # tracebacks are a quarter of what is compiled, in every layer; file, line and function stay.
    PYTHONHASHSEED=0 PYTHONNODEBUGRANGES=1 python3 -m compileall -qq -j 0 "$VIRTUAL_ENV/lib" || true  # packages carry files that are meant for other Pythons
}

date_alike() { find /etc /opt /tmp /usr /var -xdev -newer /mnt/started -exec touch --no-dereference --date 1980-01-01Z {} +; }

touch /mnt/started
"$@"
[ "$1" = debian ] || compile
rm -f "$VIRTUAL_ENV/.lock"  # uv's: whether opening it again counts as a change, engines decide
date_alike
