"""An answer is an answer: what it says is told, and only what may pass is waited for."""

import pytest
from s3_stub import WAYS, Request, Said, Stub

from maskline.contract.errors import AccessDenied, AlreadyExists, Changed, InvalidInput, NotFound, StoreUnavailable
from maskline.contract.store.s3 import patience

pytestmark = pytest.mark.usefixtures("impatient")

PART_SIZE = 5 * 1024 * 1024  # bytes, the least that S3 takes
PROXY = "<!DOCTYPE html>\n<html><head><title>Blocked by the proxy</title></head>\n<body>x</body></html>"


LASTING = [
    (301, "text/html", "", r"301 Moved Permanently \(to https://login\.example/in\)"),
    (302, "text/html", PROXY, r"302 Found \(<html>.*Blocked by the proxy.*, to https://login\.example/in\)"),
    (303, "text/plain", "", "303 See Other"),
    (307, "application/xml", "<Error><Code>TemporaryRedirect</Code></Error>", r"307 .*TemporaryRedirect"),
    (308, "", "", "308 Permanent Redirect"),
    (400, "text/plain", "Client sent an HTTP request to an HTTPS server.\n", r"400 Bad Request \(Client sent an"),
    (404, "text/plain", "404 page not found\n", r"404 Not Found \(404 page not found\)"),
    (404, "text/html; charset=utf-8", PROXY, r"404 Not Found \(<html>.*Blocked by the proxy"),
    (405, "application/json", '{"detail":"Method Not Allowed"}', r'405 Method Not Allowed \({"detail"'),
    (411, "text/html", "<h1>Length Required</h1>", r"411 Length Required \(<h1>Length"),
    (413, "text/html", "<html>\r\n<head>", r"413 Request Entity Too Large \(<html>\)"),
    (414, "", "", "414 "),
    (418, "text/plain", "\n\n  short\tand \x1b[31mstout \n", r"418 I'm a Teapot \(short and \[31mstout\)"),
    (451, "text/xml", "<Error><Code>Odd</Code><Message>two\nlines</Message></Error>", r"451 .* \(Odd: two lines\)"),
    (499, "text/plain", "x" * 5000, r"499 \(x{200}\.\.\.\)"),
    (501, "application/xml", "<Error><Code>NotImplemented</Code></Error>", r"501 .* \(NotImplemented\)"),
    (505, "", "", "505 HTTP Version Not Supported"),
    (511, "text/html", PROXY, "511 Network Authentication Required"),
]
"""Status, media type and body of an answer that waiting does not change, and how it is told."""


@pytest.mark.parametrize(("status", "media", "body", "told"), LASTING, ids=[str(case[0]) for case in LASTING])
def test_what_will_not_pass_is_told_at_once_by_its_status_and_first_line(
    stub: Stub, status: int, media: str, body: str, told: str
) -> None:
    elsewhere = {"Location": "https://login.example/in?token=sesame"} if 300 <= status < 400 else {}
    stub.says(status, body, media, elsewhere)
    for way in WAYS.values():
        stub.asked.clear()
        with pytest.raises(InvalidInput, match=rf"^{stub.endpoint} answers {told}") as refused:
            way(stub.store())
        assert len(stub.asked) == 1
        assert "\n" not in str(refused.value)
        assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_by_somebody_on_the_way_is_told_by_its_first_line(stub: Stub, status: int) -> None:
    stub.says(status, PROXY, "text/html")
    for way in WAYS.values():
        stub.asked.clear()
        with pytest.raises(AccessDenied, match=rf"answers {status} .*Blocked by the proxy"):
            way(stub.store())
        assert len(stub.asked) == 1


@pytest.mark.parametrize("media", ["text/xml; charset=utf-8", "text/xml", "application/xml;charset=UTF-8", ""])
@pytest.mark.parametrize("space", ["", ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'])
def test_an_error_is_read_whatever_its_media_type(stub: Stub, media: str, space: str) -> None:
    """rclone 1.76 says `text/xml; charset=utf-8`."""
    stub.says(404, f'<?xml version="1.0"?>\n<Error{space}><Code>NoSuchKey</Code></Error>', media)
    with pytest.raises(NotFound, match="x/a does not exist"):
        stub.store().read("a")
    assert not stub.store().exists("a")
    stub.says(404, f"<Error{space}><Code>NoSuchBucket</Code></Error>", media)
    for way in (WAYS["list"], WAYS["create"], WAYS["exists"]):
        with pytest.raises(NotFound, match="bucket 'bucket' does not exist"):
            way(stub.store())
    assert len(stub.asked) == 5


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, "<Error><Code>RequestTimeout</Code><Message>idle</Message></Error>"),
        (408, "Request Timeout"),
        (409, "<Error><Code>OperationAborted</Code></Error>"),
        (425, ""),
        (429, "<Error><Code>TooManyRequests</Code></Error>"),
        (429, PROXY),
        (500, "<Error><Code>InternalError</Code></Error>"),
        (502, PROXY),
        (503, "<Error><Code>SlowDown</Code></Error>"),
        (504, ""),
        (507, "<Error><Code>XMinioStorageFull</Code></Error>"),
        (520, "error code: 520"),
    ],
)
def test_what_may_pass_is_waited_for(stub: Stub, capsys: pytest.CaptureFixture[str], status: int, body: str) -> None:
    for way in (WAYS["write"], WAYS["create"], WAYS["read"], WAYS["exists"], WAYS["list"], WAYS["delete"]):
        stub.asked.clear()
        stub.objects.clear() if way is WAYS["create"] else None
        stub.refuse = lambda _: Said(status, body, "text/html") if len(stub.asked) <= 3 else None
        way(stub.store())
        assert len(stub.asked) == 4
    assert "Traceback" not in capsys.readouterr().out


def test_what_was_waited_for_in_vain_is_told_by_its_status_and_code(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENT_S", 0.1)
    stub.says(503, "<Error><Code>SlowDown</Code><Message>less</Message></Error>")
    for way in WAYS.values():
        stub.asked.clear()
        with pytest.raises(StoreUnavailable, match=r"keeps failing .*: it answers 503 Service .*\(SlowDown: less\)"):
            way(stub.store())
        assert len(stub.asked) > 1


@pytest.mark.parametrize("asked", ["3600", "Fri, 31 Dec 9999 23:59:59 GMT", "soon"])
def test_a_pause_that_a_server_asks_for_ends_with_the_patience(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr(patience, "PATIENT_S", 0.05)
    stub.says(429, headers={"Retry-After": asked})
    with pytest.raises(StoreUnavailable, match="429 Too Many Requests"):
        stub.store().read("a")


@pytest.mark.parametrize("code", ["<Error><Code>ConditionalRequestConflict</Code></Error>", "", "conflict"])
def test_a_conflict_of_a_conditional_write_is_asked_again(stub: Stub, code: str) -> None:
    """Amazon: 409 ConditionalRequestConflict while another write or a deletion of the key is under way."""
    stub.refuse = lambda _: Said(409, code) if len(stub.asked) <= 2 else None
    store = stub.store()
    store.create("a", b"1")
    assert stub.methods == ["PUT"] * 3
    stub.asked.clear()
    store.replace("a", b"2", '"version"')
    assert stub.methods == ["PUT"] * 3
    assert stub.objects == {"bucket/x/a": b"2"}


def test_a_conflict_that_another_writer_won_is_lost_even_if_he_wrote_the_same(stub: Stub) -> None:
    """A request that was answered 409 wrote nothing: what is there afterwards is not ours."""
    stub.objects["bucket/x/a"] = b"1"
    stub.refuse = lambda _: Said(409) if len(stub.asked) == 1 else None
    with pytest.raises(AlreadyExists):
        stub.store().create("a", b"1")
    stub.asked.clear()
    stub.objects.clear()
    with pytest.raises(Changed):
        stub.store().replace("a", b"1", '"version"')


def test_a_conflict_without_end_is_told_as_one(stub: Stub) -> None:
    stub.says(409, "<Error><Code>ConditionalRequestConflict</Code></Error>")
    for way in (WAYS["create"], WAYS["replace"]):
        with pytest.raises(StoreUnavailable, match=r"keeps failing .* 409 Conflict \(ConditionalRequestConflict\)"):
            way(stub.store())


@pytest.mark.parametrize("code", ["ObjectParentIsFile", "ExistingObjectIsDirectory", "ExistingObjectIsFile"])
def test_a_conflict_of_names_is_told_at_once(stub: Stub, code: str) -> None:
    """VersityGW 1.7 and SeaweedFS 4.48 keep objects as files."""
    stub.says(409, f"<Error><Code>{code}</Code></Error>")
    with pytest.raises(InvalidInput, match=rf"409 Conflict \({code}\)"):
        stub.store().create("a", b"1")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("body", ["<Error><Code>NoSuchKey</Code></Error>", ""])
def test_an_object_that_is_gone_was_changed_and_one_that_cannot_be_made_does_not_exist_already(
    stub: Stub, body: str
) -> None:
    """Amazon answers If-Match with 404 NoSuchKey where there is nothing."""
    stub.says(404, body)
    with pytest.raises(Changed):
        stub.store().replace("a", b"1", '"version"')
    with pytest.raises(NotFound):
        stub.store().create("a", b"1")


@pytest.mark.parametrize("body", [PROXY, "", "<html xmlns='x:html'><p>in</p></html>", '{"ok":true}'])
def test_a_success_that_is_no_s3_servers_is_none(stub: Stub, body: str) -> None:
    """What a login page, or a server of another kind, answers to everything."""
    stub.says(200, body, "text/html")
    for way in (WAYS[name] for name in WAYS if name != "delete"):
        with pytest.raises(InvalidInput, match=r"as no S3 server does|answers 200 OK"):
            way(stub.store())


def test_an_error_in_the_body_of_a_success_is_one(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 begins its answer to the end of an object of many parts before it knows how that goes."""
    monkeypatch.setattr("maskline.contract.store.s3.PART_SIZE", PART_SIZE)
    failed = "<?xml version='1.0'?>\n<Error><Code>{}</Code><Message>m</Message></Error>"

    def refuse(asked: Request) -> Said | None:
        if asked.method != "POST":
            return Said(200, headers={"ETag": '"part"'})
        if "uploads" in asked.query:
            return Said(200, "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
        return Said(200, failed.format(code))

    stub.refuse = refuse
    code = "EntityTooSmall"
    with pytest.raises(InvalidInput, match=r"answers 200 OK \(EntityTooSmall: m\)"):
        stub.store().write("a", bytes(PART_SIZE + 1))
    code = "InternalError"
    with pytest.raises(StoreUnavailable, match=r"keeps failing for .*InternalError"):
        stub.store().write("a", bytes(PART_SIZE + 1))
