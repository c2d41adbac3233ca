"""A store's URI is taken to the letter, an endpoint names a server and nothing else."""

import pytest
from s3_stub import Stub

from maskline.contract.errors import InvalidInput
from maskline.contract.store import read_uri
from maskline.contract.store.s3 import S3Store
from maskline.contract.store.s3.address import region_of


@pytest.mark.parametrize(
    "prefix", ["a#b", "a?b=c", "a b", "a%20b", "a%2Fb", "a+b&c", "#", "?versionId=1", "ä/é", "x;y", "a=b", "a\\b"]
)
def test_every_letter_of_a_prefix_counts(stub: Stub, prefix: str) -> None:
    store = stub.store(f"s3://bucket/{prefix}")
    store.write("k#?%41", b"1")
    store.create("n", b"2")
    assert sorted(stub.objects) == [f"bucket/{prefix}/k#?%41", f"bucket/{prefix}/n"]
    assert store.uri == f"s3://bucket/{prefix}"
    assert store.read("k#?%41") == b"1"


@pytest.mark.parametrize("prefix", ["a#b", "a?b=c", "a b", "a%20b", "a+b&c", "ä"])
def test_a_server_lists_every_letter_of_a_prefix(s3_store: S3Store, s3_keys: tuple[str, str], prefix: str) -> None:
    store = S3Store(f"{s3_store.uri}/{prefix}", s3_store.endpoint, *s3_keys)
    store.write("k#?%41 b", b"1")
    assert store.list("") == ["k#?%41 b"]
    assert s3_store.list("") == [f"{prefix}/k#?%41 b"]
    assert store.read("k#?%41 b") == b"1"


def test_a_file_outside_is_read_to_the_letter(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ENDPOINT_URL_S3": stub.endpoint, "ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    stub.objects["bucket/a#b/c?d.smi"] = b"CCO"
    assert read_uri("s3://bucket/a#b/c?d.smi") == b"CCO"


@pytest.mark.parametrize(
    "uri",
    [
        "s3://", "s3:///x", "s3://bucket//x", "s3://bucket/x//", "s3://bucket/a//b", "s3://bucket/a/../b", "s3://bucket/.",
        "s3://bucket#x", "s3://bucket?x/y", "s3://user@bucket/x", "s3://b u/x", "s3://bucket/a\nb",
        "s3://bucket/a\x00", "s3://ab",
    ],
)  # fmt: skip
def test_a_uri_that_names_no_place_is_refused_in_one_line(uri: str) -> None:
    with pytest.raises(InvalidInput, match="store ") as refused:
        S3Store(uri, "http://127.0.0.1:9", "key", "secret-key")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://h/path", "http://h//", "http://h?x=y", "http://h/?", "http://h#x", "http://h#", "http://u@h", "http://u:sesame@h:1",
        "http://h:99999", "http://h:0", "http://h:x", "http://h:-1", "http://h:", "http://[::1", "http://::1:90", "http://[]",
        "h:9000", "ftp://h", "s3://h", "http://", "http:///x", " http://h", "http://h ", "http://a b", "http://h\\x", "http://h\n",
    ],
)  # fmt: skip
def test_an_endpoint_that_names_more_or_less_than_a_server_is_refused_in_one_line(endpoint: str) -> None:
    with pytest.raises(InvalidInput, match=r"it must be http\(s\)://host\[:port\]") as refused:
        S3Store("s3://bucket/x", endpoint, "key", "secret-key")
    assert "\n" not in str(refused.value)
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("endpoint", "server"),
    [
        ("http://h:9000/", "http://h:9000"),
        ("https://h:443", "https://h"),
        ("HTTP://H:80", "http://h"),
        ("http://[::1]:8333", "http://[::1]:8333"),
        ("http://my_store:8333", "http://my_store:8333"),
    ],
)
def test_an_endpoint_is_a_server(endpoint: str, server: str) -> None:
    assert S3Store("s3://bucket/x", endpoint, "key", "secret-key").endpoint == server


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("s3.eu-central-1.amazonaws.com", "eu-central-1"),
        ("s3-us-west-2.amazonaws.com", "us-west-2"),
        ("s3.dualstack.ap-southeast-3.amazonaws.com", "ap-southeast-3"),
        ("s3-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("s3-fips.dualstack.us-east-2.amazonaws.com", "us-east-2"),
        ("s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("s3.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("data-1.s3.eu-west-3.amazonaws.com", "eu-west-3"),
        ("bucket.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com", "us-east-1"),
        ("s3-external-1.amazonaws.com", "us-east-1"),
        ("s3.amazonaws.com", ""),
        ("data-1.s3.amazonaws.com", ""),
        ("s3.eu-central-1.example.org", ""),
    ],
)
def test_amazons_servers_name_their_region(host: str, region: str) -> None:
    assert region_of(f"https://{host}") == region


def test_a_server_of_amazons_that_names_the_bucket_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"it must be the server alone, https://s3\.eu-west-3\.amazonaws\.com$"):
        S3Store("s3://data-1/x", "https://data-1.s3.eu-west-3.amazonaws.com", "key", "secret-key")
