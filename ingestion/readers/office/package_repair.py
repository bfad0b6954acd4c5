"""Mends an Office file whose parts are incomplete, as the programs that open it do: nothing of its text is lost."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from lxml import etree

from ingestion.readers.xml_tree import attribute_value, local_name, remove_node

if TYPE_CHECKING:
    from collections.abc import Callable

_RELATIONS = ".rels"
_BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"  # its parser passes over a sheet that is missing, not over its relation
_MOST_STYLES = 1_024  # a cell may name one that the list does not have
_PLAIN_STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}<fonts><font/></fonts>'
    "<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>{}</cellXfs>"
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")  # only the title is read of them
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z?")
_EMPTY_PROPERTIES = (
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)


def mend_parts(parts: frozenset[str], read: Callable[[str], bytes]) -> dict[str, bytes]:
    """The new content of each part that has to change; `read` gives what a part holds."""
    found: dict[str, bytes] = {}
    known = {part.casefold(): part for part in parts}
    for part in parts:
        if part.endswith(_RELATIONS):
            mended = _mend_relations(part, read(part), known)
        elif part in _PROPERTIES:
            mended = _mend_properties(read(part))
        else:
            continue
        if mended is not None:
            found[part] = mended
    return found


def simplify_styles(content: bytes) -> bytes:
    """The styles of a workbook without fonts, colours and borders: number formats alone, as far as they are valid."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    nodes = [node for node in root.iter() if isinstance(node.tag, str)] if root is not None else []
    named = {attribute_value(node, "numFmtId"): node for node in nodes if local_name(node) == "numFmt"}
    formats = {
        number: code
        for number, node in named.items()
        if number.isdecimal() and (code := attribute_value(node, "formatCode"))
    }
    cells = next((list(node) for node in nodes if local_name(node) == "cellXfs"), [])
    numbers = [attribute_value(node, "numFmtId") for node in cells if isinstance(node.tag, str)]
    numbers = [number if number.isdecimal() else "0" for number in numbers] + ["0"] * max(
        0, _MOST_STYLES - len(numbers)
    )
    told = "".join(f"<numFmt numFmtId={quoteattr(n)} formatCode={quoteattr(code)}/>" for n, code in formats.items())
    looks = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/>' for number in numbers)
    return _PLAIN_STYLES.format(f"<numFmts>{told}</numFmts>" if told else "", looks).encode()


def _mend_relations(part: str, content: bytes, known: dict[str, str]) -> bytes | None:
    """The relations of a part without those to parts that are missing; None where all are well."""
    folder = posixpath.dirname(posixpath.dirname(part))
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None  # it is told when it is read
    is_changed = False
    for node in list(root):
        if not isinstance(node.tag, str) or attribute_value(node, "TargetMode") == "External":
            continue
        target = attribute_value(node, "Target")
        path = posixpath.normpath(target if target.startswith("/") else f"/{folder}/{target}").lstrip("/")
        exact = known.get(path.casefold()) or known.get(unquote(path).casefold())
        if exact == path:
            continue
        is_changed |= exact is not None or part != _BOOK_RELATIONS
        if exact is None and part != _BOOK_RELATIONS:
            remove_node(node)
        elif exact:
            node.set("Target", f"/{exact}")  # the letters of a path may differ in case
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)) if is_changed else None


def _mend_properties(content: bytes) -> bytes | None:
    """Properties without dates in a form of their own; empty ones in place of broken ones; None where all are well."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return _EMPTY_PROPERTIES
    odd = [
        node
        for node in root
        if isinstance(node.tag, str)
        and local_name(node) in ("created", "modified", "lastPrinted")
        and not _DATE.fullmatch((node.text or "").strip())
    ]
    for node in odd:
        remove_node(node)
    return bytes(etree.tostring(root)) if odd else None
