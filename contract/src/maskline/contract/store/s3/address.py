"""Where a store is: the bucket and prefix that its URI names, and the server that its endpoint names."""

from urllib.parse import urlsplit

from maskline.contract.errors import InvalidInput


def bucket_and_prefix(uri: str) -> tuple[str, str]:
    """Return what s3://bucket[/prefix] names.  Raises InvalidInput."""
    place = urlsplit(uri.rstrip("/"))
    if not place.netloc:
        raise InvalidInput(f"store '{uri}' names no bucket: it must be s3://bucket or s3://bucket/prefix")
    return place.netloc, place.path.strip("/")


def host_of(endpoint: str) -> tuple[str, bool]:
    """Return the `host[:port]` that http(s)://host[:port] names, and whether it speaks TLS.  Raises InvalidInput."""
    server = urlsplit(endpoint)
    if server.scheme not in ("http", "https") or not server.netloc:
        raise InvalidInput(f"S3 endpoint '{endpoint}' must be http://host[:port] or https://host[:port]")
    return server.netloc, server.scheme == "https"
