"""Keys that are refused are told so at once, under whichever status and name."""

import pytest
from s3_stub import WAYS, Stub

from maskline.contract.errors import AccessDenied

# Server, status, media type, code
SEEN = [
    ("SeaweedFS 4.48, unknown key", 403, "application/xml", "InvalidAccessKeyId"),
    ("SeaweedFS 4.48, wrong secret", 403, "application/xml", "SignatureDoesNotMatch"),
    ("MinIO 2026-02, unknown key", 403, "application/xml", "InvalidAccessKeyId"),
    ("MinIO 2026-02, wrong secret", 403, "application/xml", "SignatureDoesNotMatch"),
    ("VersityGW 1.7, unknown key, one account", 404, "application/xml", "XAdminUserNotFound"),
    ("VersityGW 1.7, unknown key, accounts in a folder", 403, "application/xml", "InvalidAccessKeyId"),
    ("VersityGW 1.7, wrong secret", 403, "application/xml", "SignatureDoesNotMatch"),
    ("rclone 1.76, unknown key", 403, "text/xml; charset=utf-8", "InvalidAccessKeyId"),
    ("rclone 1.76, wrong secret", 403, "text/xml; charset=utf-8", "SignatureDoesNotMatch"),
    ("Amazon, a token of other keys", 400, "application/xml", "InvalidToken"),
    ("Amazon, a token that is old", 400, "application/xml", "ExpiredToken"),
]


@pytest.mark.parametrize(("status", "media", "code"), [case[1:] for case in SEEN], ids=[case[0] for case in SEEN])
def test_refused_keys_are_told_at_the_first_answer(stub: Stub, status: int, media: str, code: str) -> None:
    stub.says(status, f"<Error><Code>{code}</Code><Message>No.</Message></Error>", media)
    for ask in WAYS.values():
        stub.asked.clear()
        with pytest.raises(AccessDenied, match=rf"refuses the S3 keys for s3://bucket/x/a \({code}\)$"):
            ask(stub.store())
        assert len(stub.asked) == 1
