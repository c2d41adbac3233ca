"""Requests are signed for the region that was told, that an address names, or that the server names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from s3_stub import WAYS, Request, Said, Stub

from maskline.contract.errors import InvalidInput
from maskline.contract.store import open_store, project_store
from maskline.contract.store.s3 import S3Store
from maskline.contract.store.secret import VARIABLES

HERE = "eu-central-1"
MINIO = (  # of 2026-02, MINIO_SITE_REGION=eu-central-1, as the next
    "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region is "
    f"wrong; expecting &#39;{HERE}&#39;.</Message><Resource>/bucket/a</Resource><Region>{HERE}</Region></Error>"
)
MINIO_PRESIGNED = (
    "<Error><Code>MissingFields</Code><Message>Missing fields in request.</Message><Resource>/bucket/a</Resource>"
    f"<Region>{HERE}</Region></Error>"
)
VERSITYGW = (  # 1.7, --region eu-central-1
    "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region "
    f"&#34;{{0}}&#34; is wrong; expecting &#34;{HERE}&#34;</Message><Region>{HERE}</Region></Error>"
)
VERSITYGW_PRESIGNED = (
    "<Error><Code>AuthorizationQueryParametersError</Code><Message>Error parsing the X-Amz-Credential parameter; the "
    f"region &#34;{{0}}&#34; is wrong; expecting &#34;{HERE}&#34;</Message></Error>"
)
AMAZON = (  # as reported of 2017, with the header x-amz-bucket-region
    "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region '{0}' "
    f"is wrong; expecting '{HERE}'</Message><Region>{HERE}</Region></Error>"
)


@pytest.fixture(params=["minio", "versitygw", "amazon"])
def regional(request: pytest.FixtureRequest, stub: Stub) -> Stub:
    """A server of eu-central-1 that takes no other region's signatures, and says so as one of three does."""

    def refuse(asked: Request) -> Said | None:
        if asked.region == HERE:
            return None
        body = {
            "minio": MINIO_PRESIGNED if asked.is_presigned else MINIO,
            "versitygw": VERSITYGW_PRESIGNED if asked.is_presigned else VERSITYGW,
            "amazon": AMAZON,
        }[request.param].format(asked.region)
        headers = {} if request.param == "versitygw" else {"x-amz-bucket-region": HERE}
        return Said(400, "" if asked.method == "HEAD" else body, headers=headers)

    stub.refuse = refuse
    return stub


def all_of(store: S3Store) -> list[Any]:
    """Ask everything that can be asked, each of a store that has learned nothing."""
    store.create("b", b"1")
    again = S3Store(store.uri, store.endpoint, "key", "secret-key")
    again.write("a", b"1")
    ways: list[Callable[[S3Store], Any]] = [
        lambda new: new.read("a"),
        lambda new: new.exists("a"),
        lambda new: new.list(""),
        lambda new: new.delete("a"),
    ]
    return [way(S3Store(store.uri, store.endpoint, "key", "secret-key")) for way in ways]


def test_the_region_that_a_server_names_is_signed_for(regional: Stub) -> None:
    assert all_of(regional.store()) == [b"1", True, ["a", "b"], None]


def test_the_region_is_learned_once(regional: Stub) -> None:
    store = regional.store()
    store.create("a", b"1")
    regional.asked.clear()
    store.write("b", b"1")
    assert (store.read("a"), store.list("")) == (b"1", ["a", "b"])
    assert {request.region for request in regional.asked} == {HERE}


def test_a_region_that_is_told_is_signed_for_from_the_first_request_on(regional: Stub) -> None:
    store = regional.store(region=HERE)
    store.create("a", b"1")
    store.write("b", b"1")
    assert [request.region for request in regional.asked] == [HERE, HERE]


def test_a_wrong_region_that_is_told_is_refused_at_once(regional: Stub) -> None:
    for way in WAYS.values():
        regional.asked.clear()
        with pytest.raises(InvalidInput, match=r"wants region 'eu-central-1' for .*AWS_REGION says 'us-west-2'"):
            way(regional.store(region="us-west-2"))
        assert len(regional.asked) == 1


def test_a_server_that_wants_another_region_each_time_is_given_up(stub: Stub) -> None:
    stub.refuse = lambda asked: Said(400, MINIO.replace(HERE, f"{asked.region}-x"))
    with pytest.raises(InvalidInput, match="answers 400 Bad Request"):
        stub.store().read("a")
    assert len(stub.asked) == 3


@pytest.mark.parametrize("region", ["eu central", "eu/central", "-x", "a" * 80, "eu-central-1\nx"])
def test_a_region_that_is_no_word_is_refused(stub: Stub, region: str) -> None:
    with pytest.raises(InvalidInput, match="it must be a word"):
        stub.store(region=region)


def test_a_region_that_contradicts_the_servers_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"region = 'us-west-2' \(AWS_REGION\), but .* is that of eu-central-1$"):
        S3Store("s3://bucket/x", "https://s3.eu-central-1.amazonaws.com", "key", "secret-key", region="us-west-2")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that tells nothing of a store but a pair of keys."""
    for names in VARIABLES.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("MASKLINE_S3_FOLDER", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-key")
    return monkeypatch


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_environment_tells_the_region_and_the_token(stub: Stub, environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv("AWS_ENDPOINT_URL_S3", stub.endpoint)
    environment.setenv(name, HERE)
    environment.setenv("AWS_SESSION_TOKEN", "to+ken/=")
    store = open_store("s3://bucket/x")
    store.write("a", b"1")
    store.create("b", b"1")
    assert [(request.region, request.token) for request in stub.asked] == [(HERE, "to+ken/=")] * 2


def test_a_mounted_secret_tells_the_region_and_the_token(
    stub: Stub, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = {"accesskey": "k", "secretkey": "s", "endpoint": stub.endpoint, "store": "s3://bucket/x"}
    for key, value in (told | {"region": HERE, "session-token": "first"}).items():
        (tmp_path / key).write_text(f"{value}\n")
    environment.setenv("MASKLINE_S3_FOLDER", str(tmp_path))
    environment.setenv("AWS_REGION", "us-west-2")
    store = project_store()
    store.write("a", b"1")
    (tmp_path / "session-token").write_text("second")
    store.create("b", b"1")
    assert [(request.region, request.token) for request in stub.asked] == [(HERE, "first"), (HERE, "second")]


def test_beside_mounted_keys_the_environments_token_and_region_are_anothers(
    stub: Stub, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for key, value in {"accesskey": "k", "secretkey": "s", "endpoint": stub.endpoint, "store": "s3://b-1/x"}.items():
        (tmp_path / key).write_text(value)
    environment.setenv("MASKLINE_S3_FOLDER", str(tmp_path))
    environment.setenv("AWS_REGION", "us-west-2")
    environment.setenv("AWS_SESSION_TOKEN", "the node's own")
    project_store().write("a", b"1")
    assert [(request.region, request.token) for request in stub.asked] == [("us-east-1", "")]


@pytest.mark.parametrize(
    ("endpoint", "region", "url"),
    [
        ("", "", "https://s3.amazonaws.com/bucket/x/a"),
        ("", HERE, "https://s3.eu-central-1.amazonaws.com/bucket/x/a"),
        ("", "cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn/bucket/x/a"),
        ("https://s3.amazonaws.com", HERE, "https://s3.amazonaws.com/bucket/x/a"),
        (
            "https://s3.dualstack.eu-central-1.amazonaws.com",
            "",
            "https://s3.dualstack.eu-central-1.amazonaws.com/bucket/x/a",
        ),
        ("https://s3-fips.us-gov-west-1.amazonaws.com", "", "https://s3-fips.us-gov-west-1.amazonaws.com/bucket/x/a"),
        (
            "https://vpce-1.s3.us-east-1.vpce.amazonaws.com",
            "",
            "https://vpce-1.s3.us-east-1.vpce.amazonaws.com/bucket/x/a",
        ),
        ("http://s3.eu-central-1.amazonaws.com:8080", "", "http://s3.eu-central-1.amazonaws.com:8080/bucket/x/a"),
    ],
)
def test_the_server_that_is_asked_is_the_one_that_is_named(
    environment: pytest.MonkeyPatch, endpoint: str, region: str, url: str
) -> None:
    class Sent(Exception):
        pass

    def send(_: object, method: str, url: str, **__: object) -> None:
        asked.append((method, url.partition("?")[0]))
        raise Sent

    asked: list[tuple[str, str]] = []
    environment.setattr("maskline.contract.store.s3.patience.PatientPool.urlopen", send)
    for way in (WAYS["read"], WAYS["create"]):
        with pytest.raises(Sent):
            way(S3Store("s3://bucket/x", endpoint, "key", "secret-key", region))
    assert asked == [("GET", url), ("PUT", url)]


def test_amazons_own_choice_of_a_server_is_followed_where_none_is_named(
    stub: Stub, environment: pytest.MonkeyPatch
) -> None:
    """A bucket is asked for by path at the server that knows all, which answers so without a Location."""
    environment.setattr(
        "maskline.contract.store.s3.address.amazon",
        lambda region: f"{stub.endpoint.replace('127.0.0.1', 'localhost') if region else stub.endpoint}",
    )
    elsewhere = Said(301, "<Error><Code>PermanentRedirect</Code></Error>", headers={"x-amz-bucket-region": HERE})
    stub.refuse = lambda asked: None if asked.headers["Host"].startswith("localhost") else elsewhere
    store = S3Store("s3://bucket/x", "", "key", "secret-key")
    store.create("a", b"1")
    assert store.endpoint.startswith("http://localhost:")
    assert [request.region for request in stub.asked] == ["us-east-1", HERE]
