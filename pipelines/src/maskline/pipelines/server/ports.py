"""Free ports on loopback for SeaweedFS, whose every HTTP port also takes the port 10,000 above it for gRPC."""

import random
import socket
from collections.abc import Sequence

from maskline.contract.errors import StoreUnavailable

LOOPBACK = "127.0.0.1"
GRPC_OFFSET = 10_000
GREATEST_PORT = 65_535 - GRPC_OFFSET
# With these, HTTP and gRPC ports never meet each other, and both stay below the range from which Linux takes the ports
# of outgoing connections (32,768 and up), so none of them is lost between the look and the use.
_HTTP_PORTS = range(12_000, 22_000)
_TRIES = 1_000


def free_ports(count: int, preferred: Sequence[int] = ()) -> list[int]:
    """Return `count` different HTTP ports that are free together with their gRPC ports; `preferred` ones if they are.

    Raises StoreUnavailable when so many are taken that looking further makes no sense.
    """
    if len(preferred) == count and all(is_free(port) for port in preferred):
        return list(preferred)
    found: set[int] = set()
    for _ in range(_TRIES):
        port = random.choice(_HTTP_PORTS)
        if is_free(port):
            found.add(port)
        if len(found) == count:
            return list(found)
    raise StoreUnavailable(f"{_TRIES} ports tried on {LOOPBACK}, fewer than {count} are free")


def is_free(port: int) -> bool:
    """Say whether `port` and its gRPC port can be listened on."""
    return all(_can_listen(number) for number in (port, port + GRPC_OFFSET))


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was left a moment ago is free
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True
