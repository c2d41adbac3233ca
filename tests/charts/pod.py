"""Inside the pod of test_store.py: starts what a folder says, and answers one JSON line with another.

usage: pod.py FOLDER     FOLDER has <container>/ (a root folder) and <container>.json (words and environment) of each
"""

import contextlib
import fcntl
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import grpc
from minio import Minio
from minio.error import S3Error
from urllib3 import PoolManager, Retry

CONTAINERS = ("gateway", "data")  # the gateway first: in a pod nobody says which is faster
ADDRESS = "127.0.0.1:8333"
PUT_IDENTITY = "/messaging_pb.SeaweedS3IamCache/PutIdentity"
PATIENCE_S = 60


class Inside:
    """What runs in the pod. Each public method is a word that the test may ask."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._probes: dict[str, str] = json.loads((folder / "probes.json").read_text("utf-8"))

    def start(self) -> None:
        """Start both containers."""
        for name in CONTAINERS:
            self._start(name)

    def _start(self, name: str) -> None:
        command = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
        environment = {one["name"]: one["value"] for one in command["environment"]}
        root = self._folder / name
        log = (self._folder / f"{name}.log").open("ab")
        self._processes[name] = subprocess.Popen(
            ["/weed", *command["words"][1:]],
            env=environment,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: os.chroot(root),  # noqa: PLW1509 - there is one thread
        )

    def wait(self) -> None:
        """Wait until the pod is ready."""
        deadline = time.monotonic() + PATIENCE_S
        while self.probe("ready") != 200:
            ended = {name: process.poll() for name, process in self._processes.items()}
            if any(code is not None for code in ended.values()) or time.monotonic() > deadline:
                raise SystemExit(f"not ready: {ended}")
            time.sleep(0.1)

    def probe(self, name: str) -> int:
        """Ask as the kubelet does: the status, or 0 for no answer."""
        with contextlib.suppress(OSError):
            return self.http("GET", self._probes[name].removeprefix("/"), 3)[0]
        return 0

    def http(self, method: str, path: str, timeout: float = 10) -> tuple[int, str]:
        """Ask without keys."""
        data = b"x" if method == "PUT" else None
        request = urllib.request.Request(f"http://{ADDRESS}/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def put(self, access: str, secret: str, bucket: str, name: str, text: str) -> str:
        """Write an object."""
        try:
            self._client(access, secret).put_object(bucket, name, io.BytesIO(text.encode()), len(text))
        except S3Error as error:
            return str(error.code)
        return "written"

    def get(self, access: str, secret: str, bucket: str, name: str) -> str:
        """Read an object."""
        try:
            return self._client(access, secret).get_object(bucket, name).read().decode()
        except S3Error as error:
            return str(error.code)

    def _client(self, access: str, secret: str) -> Minio:
        # A store that has just been started answers 500 until its volumes are known; clients ask again.
        retries = Retry(
            total=6, connect=0, read=0, backoff_factor=0.5, status_forcelist=(500, 503), raise_on_status=False
        )
        http = PoolManager(retries=retries)
        return Minio(ADDRESS, access, secret, secure=False, region="us-east-1", http_client=http)

    def listening(self) -> list[tuple[str, int]]:
        """Return address and port of every listening socket of the pod."""
        found = []
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/self/net/{table}").read_text("ascii").splitlines()[1:]:
                local, state = line.split()[1], line.split()[3]
                address, port = local.split(":")
                if state == "0A":
                    text = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if table == "tcp" else address
                    found.append((text, int(port, 16)))
        return found

    def intrude(self, port: int) -> str:
        """Try to add an administrator through a gRPC port."""
        name, credentials, actions = b"intruder", _field(1, b"intruderkey") + _field(2, b"intrudersecret"), b"Admin"
        request = _field(1, _field(1, name) + _field(2, credentials) + _field(3, actions))
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            try:
                channel.unary_unary(PUT_IDENTITY)(request, timeout=10)
            except grpc.RpcError as error:
                return str(error.code().name)
        return "accepted"

    def signal(self, name: str, number: str) -> None:
        """Send a signal to a container."""
        self._processes[name].send_signal(signal.Signals[number])
        if number == "SIGSTOP":
            # The last of its threads may answer a little longer.
            os.waitid(os.P_PID, self._processes[name].pid, os.WSTOPPED | os.WNOWAIT)

    def restart(self, name: str, number: str) -> None:
        """End a container by a signal and start it anew, as the kubelet would."""
        self.signal(name, number)
        self._processes[name].wait()
        self._start(name)

    def stop(self, grace: float) -> dict[str, int]:
        """Ask all containers to end, at once, and return how they did."""
        for process in self._processes.values():
            process.terminate()
        return {name: process.wait(grace) for name, process in self._processes.items()}

    def kill(self) -> None:
        """Leave nothing behind."""
        for process in self._processes.values():
            process.kill()
            process.wait()


def _field(number: int, content: bytes) -> bytes:
    """Return a field of a protocol buffer."""
    return bytes([number << 3 | 2, len(content)]) + content


def _loopback() -> None:
    """Bring up the loopback of a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up_and_running = 0x1 | 0x40
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", up_and_running))


def main() -> None:
    """Answer until standard input ends."""
    _loopback()
    inside = Inside(Path(sys.argv[1]))
    try:
        inside.start()
        for line in sys.stdin:
            word, *arguments = json.loads(line)
            answer: Any = getattr(inside, word)(*arguments)
            print(json.dumps(answer), flush=True)  # noqa: T201
    finally:
        inside.kill()


if __name__ == "__main__":
    main()
