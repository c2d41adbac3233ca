"""A page refers to nothing outside itself, and runs one script at most."""

from base64 import b64encode
from hashlib import sha256
from html import unescape

from maskline.contract.page.document import document
from maskline.contract.page.markup import tag


def test_a_page_runs_nothing() -> None:
    page = unescape(document("a & b", tag("p", "<script>")))

    assert "script-src" not in page
    assert "default-src 'none'" in page


def test_only_its_own_script_can_run() -> None:
    script = "document.title = '<&>';"

    page = document("a", tag("p", "b"), style=".own { color: red; }", script=script)

    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'\"" in unescape(page)
    assert page.endswith(f"<p>b</p><script>{script}</script></body></html>\n")
    assert page.index("--paper") < page.index(".own { color: red; }</style>")
