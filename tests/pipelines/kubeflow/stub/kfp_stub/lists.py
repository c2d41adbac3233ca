"""Lists in pages, sorted and filtered, as the server gives them."""

import base64
import json
from typing import Any
from urllib.parse import unquote_plus

from kfp_stub.bodies import faults
from kfp_stub.refusal import Refusal


def page(key: str, things: list[dict[str, Any]], query: dict[str, str], fields: set[str], most: int) -> dict[str, Any]:
    """Return one page of `things` below `key`, the token of the next, and how many there are.

    Like protojson, it leaves out what is empty.
    fields: those that may be filtered and sorted by.  most: things on a page, whatever the query asks for.
    """
    asked = {key: query.get(key, "") for key in ("filter", "sort_by")}
    chosen = [thing for thing in things if _fits(thing, asked["filter"], fields)]
    field, _, order = (asked["sort_by"] or "created_at").partition(" ")
    if field not in fields or order not in {"", "asc", "desc"}:
        raise Refusal(400, f"Cannot sort on field {asked['sort_by']}")
    chosen.sort(key=lambda thing: str(thing[field]), reverse=order == "desc")
    start = _start(query.get("page_token", ""), asked)
    end = start + min(int(query.get("page_size", 0)) or 20, most)
    token = _token(end, asked) if end < len(chosen) else ""
    found = {key: chosen[start:end], "next_page_token": token, "total_size": len(chosen)}
    return {name: value for name, value in found.items() if value}


def _fits(thing: dict[str, Any], text: str, fields: set[str]) -> bool:
    if not text:
        return True
    try:
        condition = json.loads(unquote_plus(text))  # a second time: the server does so too
    except ValueError:
        raise Refusal(400, f"failed to parse valid filter from {text}") from None
    wrong = faults("V2beta1Filter", condition, "filter")
    if wrong:
        raise Refusal(400, wrong[0])
    for predicate in condition["predicates"]:
        if predicate["operation"] != "EQUALS" or predicate["key"] not in fields:
            raise Refusal(400, f"no support for {predicate}")
    # MySQL compares texts without regard to case.
    return all(
        str(thing.get(predicate["key"], "")).lower() == predicate["string_value"].lower()
        for predicate in condition["predicates"]
    )


def _token(start: int, asked: dict[str, str]) -> str:
    return base64.b64encode(json.dumps([start, asked]).encode()).decode()


def _start(token: str, asked: dict[str, str]) -> int:
    if not token:
        return 0
    start, before = json.loads(base64.b64decode(token))
    if before != asked:
        raise Refusal(400, "page token does not match the supplied sort by and/or filtering criteria")
    return int(start)
