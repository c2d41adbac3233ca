#!/bin/sh
# Install into an image's environment, from within a build:  install.sh lock.txt | wheels
#
# What a lock names is installed as locked, hash by hash. With TORCH_INDEX, torch and torchvision of the locked versions
# come from that index, which has other files under them, and CUDA's libraries stay away; the rest stays hash-locked.
#
# Everything is compiled, because a read-only root leaves no second chance, and dated alike, so that the same packages
# give the same layer, whenever and wherever it is built.
set -eu
cd "$(dirname "$0")"
export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt UV_LINK_MODE=copy UV_NO_PROGRESS=1
[ -z "${PACKAGE_INDEX:-}" ] || export UV_DEFAULT_INDEX="$PACKAGE_INDEX"

install() { uv pip install --quiet --no-deps "$@"; }

install_without_cuda() {
    grep --only-matching --extended-regexp '^torch(vision)?==[^ ;]+' "$1" >/tmp/torch.txt
    awk '/^[^ ]/ { left_out = /^(torch|torchvision|triton|cuda-[a-z]+|nvidia-[a-z0-9-]+)==/ } !left_out' "$1" >/tmp/rest.txt
    install --default-index "$TORCH_INDEX" --requirement /tmp/torch.txt
    install --requirement /tmp/rest.txt
    rm /tmp/torch.txt /tmp/rest.txt
}

date_alike() { find /opt/maskline -newermt 1980-01-02 -exec touch --no-dereference --date 1980-01-01Z {} +; }

if [ -d "$1" ]; then
    find "$1" -name '*.whl' -exec uv pip install --quiet --no-deps --offline --no-cache {} +
elif [ -n "${TORCH_INDEX:-}" ] && grep --quiet '^torch==' "$1"; then
    install_without_cuda "$1"
else
    install --requirement "$1"
fi
find /opt/maskline/lib -type d \( -name tests -o -name SelfTest \) -prune -exec rm -r {} +  # packages' own tests
date_alike
python3 -m compileall -qq -j 0 /opt/maskline/lib || true  # packages carry files that are meant for other Pythons
date_alike
