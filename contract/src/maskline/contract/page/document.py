"""A whole page."""

from base64 import b64encode
from hashlib import sha256

from maskline.contract.page.markup import Markup, tag
from maskline.contract.page.style import STYLE

# Nothing may be fetched: the page is one file, and stays what it was when it was written.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def document(title: str, *body: Markup, style: str = "", script: str = "") -> str:
    """Return one HTML document that refers to nothing outside itself.

    style: rules of this page's own.  script: what it runs, after everything else is there; nothing else can run in it.
    """
    digest = b64encode(sha256(script.encode()).digest()).decode("ascii")
    policy = f"{POLICY}; script-src 'sha256-{digest}'" if script else POLICY
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(STYLE + style)),
    )
    scripts = [tag("script", Markup(script))] if script else []
    return f"<!doctype html>\n{tag('html', head, tag('body', *body, *scripts), lang='en')}\n"
