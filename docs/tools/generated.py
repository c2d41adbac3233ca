"""Parts of a page that a program writes: what stands between two comments that name the part."""


def replaced(page: str, part: str, text: str) -> str:
    """Return the page with `text` between the marks of a part.  Raises ValueError if the marks are not there."""
    begin, end = f"<!-- {part}: written by make docs -->\n", f"<!-- end of {part} -->\n"
    head, found, rest = page.partition(begin)
    if not found or end not in rest:
        message = f"the page has lost the marks of its part '{part}'"
        raise ValueError(message)
    return f"{head}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
