"""Where a store is: the bucket and prefix that its URI names, and the server that its endpoint names."""

import re
from urllib.parse import urlsplit

from minio.helpers import check_bucket_name

from maskline.contract.errors import InvalidInput
from maskline.contract.store.path import checked

REGION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_AMAZON = re.compile(r"(.+\.)?(amazonaws\.(com(\.cn)?|eu)|api\.aws)")
_IN_HOST = re.compile(
    r"(?:^|\.)s3(?:-fips|-accesspoint|-accesspoint-fips)?(?:\.dualstack)?[.-](?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d+)\."
)
_ONE_OF_A_KIND = {"s3-external-1.amazonaws.com": "us-east-1"}
_DEFAULT_PORTS = {"http": 80, "https": 443}


def bucket_and_prefix(uri: str) -> tuple[str, str]:
    """Return what s3://bucket[/prefix] names, to the letter: `#`, `?`, `%20` and blanks are parts of a name as any.

    Raises InvalidInput for a bucket that no server has, and for a prefix of other than plain names.
    """
    bucket, _, prefix = uri.removeprefix("s3://").removesuffix("/").partition("/")
    if not bucket:
        raise InvalidInput(f"store '{uri}' names no bucket: it must be s3://bucket or s3://bucket/prefix")
    if not uri.isprintable():
        raise InvalidInput(
            f"store {uri!r}: it must be s3://bucket/prefix without line breaks or other control characters"
        )
    try:
        check_bucket_name(bucket)
        return bucket, checked(prefix) if prefix else ""
    except (ValueError, InvalidInput) as fault:
        raise InvalidInput(f"store '{uri}' cannot be addressed: {fault}") from None


def server_url(endpoint: str) -> str:
    """Return the server that an endpoint names, as http(s)://host[:port], without a port that goes without saying.

    Raises InvalidInput, in words without a password, if it names more or less.
    """
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
        plain = endpoint.lower() in {f"{parts.scheme}://{parts.netloc}{end}".lower() for end in ("", "/")}
    except ValueError:  # a port that is none, a bracket that is not closed
        parts, host, port, plain = urlsplit(""), "", None, False
    named = parts.scheme in _DEFAULT_PORTS and re.fullmatch(r"\w[\w.-]*|[0-9A-Fa-f:.]+", host, re.ASCII)
    if not named or not plain or "@" in endpoint or port == 0 or parts.netloc.endswith(":"):
        shown = re.sub(r"//.*@", "//...@", endpoint)
        raise InvalidInput(
            f"S3 endpoint {shown!r}: it must be http(s)://host[:port], without a path, a query or a user"
        )
    address = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{address}{'' if port in (None, _DEFAULT_PORTS[parts.scheme]) else f':{port}'}"


def region_of(server: str) -> str:
    """Return the region that the name of a server of Amazon's holds, or "" if none."""
    host = urlsplit(server).hostname or ""
    if not _AMAZON.fullmatch(host):
        return ""
    found = _IN_HOST.search(host)
    return _ONE_OF_A_KIND.get(host, found["region"] if found else "")


def amazon(region: str) -> str:
    """Return Amazon's server for a region, or, without one, the server that knows where each bucket is."""
    if not region:
        return "https://s3.amazonaws.com"
    return f"https://s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def require_server_alone(server: str, bucket: str) -> None:
    """Raise InvalidInput if `server` names the bucket, too, which would then stand in every key."""
    scheme, _, host = server.partition("://")
    alone = host.removeprefix(f"{bucket}.")
    if alone != host and _AMAZON.fullmatch(host):
        raise InvalidInput(f"S3 endpoint '{server}' names the bucket: it must be the server alone, {scheme}://{alone}")
