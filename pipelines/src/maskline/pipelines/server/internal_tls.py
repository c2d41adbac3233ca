"""What the parts of one SeaweedFS know each other by, made anew for every start: nobody else is let in.

Master, volume server, filer, S3 and admin each listen on ports of their own, for HTTP and for gRPC, and none but S3's
asks for keys. With these files every one of them speaks TLS, and only with whoever shows the certificate that all of
them share (seen with 4.48; `weed scaffold -config=security` lists the settings). On its Unix socket the filer speaks no
TLS; there it asks for a token.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp

from maskline.pipelines.server.ports import GRPC_OFFSET, LOOPBACK

SOCKETS = ("-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock")
"""Flags of `weed mini`: sockets in the folder that it works in, whose path may be longer than a socket's name."""
_SERVED_HTTP = ("master", "volume", "filer", "admin")
_SPEAK_GRPC = ("master", "volume", "filer", "s3", "admin", "worker", "client")
_TOKENS = ("filer_signing", "filer_signing.read")
_VALID = (
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2100, 1, 1, tzinfo=UTC),
)  # as long as the server, whatever the clock


def furnish(folder: Path) -> Path:
    """Make a folder inside `folder` for a server to work in, for its owner's eyes only; return it.

    No server runs in `folder`, so what one before it has left there goes.
    """
    for old in folder.glob("inside-*"):
        shutil.rmtree(old, ignore_errors=True)
    inside = Path(mkdtemp(prefix="inside-", dir=folder))
    certificate, key = _certificate()
    for name, content in (("cert.pem", certificate), ("key.pem", key), ("security.toml", _settings().encode())):
        with os.fdopen(os.open(inside / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    return inside


def left_behind(inside: str, ports: Mapping[str, int]) -> list[str]:
    """Return what a server that is killed leaves: the folder that it worked in, and sockets that it names itself."""
    return [inside, *(_socket(service, port) for service, port in ports.items())]


def _socket(service: str, port: int) -> str:
    return f"/tmp/seaweedfs-{service}-grpc-{port + GRPC_OFFSET}.sock"  # noqa: S108 - no flag moves it


def _settings() -> str:
    """Return the security.toml: paths are relative to the folder that the server works in."""
    pair = 'cert = "cert.pem"\nkey = "key.pem"\n'
    sections = {"grpc": 'ca = "cert.pem"\n', "https.client": f'enabled = true\nca = "cert.pem"\n{pair}'}
    sections |= {f"grpc.{part}": pair for part in _SPEAK_GRPC}
    sections |= {f"https.{part}": f'ca = "cert.pem"\n{pair}' for part in _SERVED_HTTP}
    sections |= {f"jwt.{name}": f'key = "{secrets.token_hex(32)}"\n' for name in _TOKENS}
    return "\n".join(f"[{name}]\n{content}" for name, content in sections.items())


def _certificate() -> tuple[bytes, bytes]:
    """Return a certificate of loopback that vouches for itself, and its key, both as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "maskline")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *_VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private
