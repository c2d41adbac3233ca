"""XML of strangers: parsed without document types and entities, which can make a small file fill a memory."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from maskline.strokes.formats.file import File


def root_of(file: File, problems: list[str]) -> Element | None:
    """Return the outermost element, or None and a problem."""
    try:
        root: Element = fromstring(file.data, forbid_dtd=True)
    except DefusedXmlException:
        problems.append(f"{file.path}: it declares a document type or entities, which are not read")
    except (ParseError, ValueError, LookupError) as fault:  # LookupError: an encoding that Python does not know
        problems.append(f"{file.path}: it is no XML: {fault}")
    else:
        return root
    return None


def tag_of(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
