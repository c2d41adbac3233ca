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
    conditions = _conditions(asked["filter"], fields)
    chosen = [thing for thing in things if _fits(thing, conditions)]
    field, _, order = (asked["sort_by"] or "created_at").partition(" ")
    if field not in fields or order not in {"", "asc", "desc"}:
        raise Refusal(400, f'Invalid sorting field: "{field}" on listable type {key.title().removesuffix("s")}')
    chosen.sort(key=lambda thing: str(thing[field]), reverse=order == "desc")
    start = _start(query.get("page_token", ""), asked)
    end = start + min(int(query.get("page_size", 0)) or 20, most)
    token = _token(end, asked) if end < len(chosen) else ""
    found = {key: chosen[start:end], "next_page_token": token, "total_size": len(chosen)}
    return {name: value for name, value in found.items() if value}


def _conditions(text: str, fields: set[str]) -> list[dict[str, Any]]:
    """Return what a filter asks for: equalities only, here."""
    if not text:
        return []
    try:
        condition = json.loads(unquote_plus(text))  # a second time: the server does so too
    except ValueError:
        raise Refusal(400, f"failed to parse filter spec: proto: syntax error: invalid value {text}") from None
    wrong = faults("V2beta1Filter", condition, "filter")
    if wrong:
        raise Refusal(400, wrong[0])
    for predicate in condition["predicates"]:
        if predicate["key"] not in fields:
            raise Refusal(400, f'no support for filtering on unrecognized field "{predicate["key"]}"')
        if predicate["operation"] != "EQUALS":
            raise Refusal(400, f"the stub does not know how to filter by {predicate}")
    found: list[dict[str, Any]] = condition["predicates"]
    return found


def _fits(thing: dict[str, Any], conditions: list[dict[str, Any]]) -> bool:
    # MySQL compares texts without regard to case.
    return all(str(thing.get(one["key"], "")).lower() == one["string_value"].lower() for one in conditions)


def _token(start: int, asked: dict[str, str]) -> str:
    return base64.b64encode(json.dumps([start, asked]).encode()).decode()


def _start(token: str, asked: dict[str, str]) -> int:
    if not token:
        return 0
    try:
        start, before = json.loads(base64.b64decode(token))
    except ValueError:
        raise Refusal(400, "Invalid page token") from None
    if before != asked:
        raise Refusal(400, "page token does not match the supplied sort by and/or filtering criteria")
    return int(start)
