"""Reads charts and SmartArt, which Office keeps in parts of their own, and writes equations on one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml.etree import _Element as Node

from ingestion.readers.elements import Element, collapse_whitespace, normalize_rows
from ingestion.readers.xml_tree import attribute_value, find_child, find_descendant, list_named, local_name

_SERIES = ("ser", "series")
_MAX_POINTS = 5_000  # of one series
_MAX_SERIES = 100
_PROPERTIES = ("rPr", "ctrlPr")
_MAX_DEPTH = 60


def read_chart(root: Node) -> list[Element]:
    """The words of a chart (title, axes), then a table: a row for each category, a column for each series."""
    words = dict.fromkeys(_rich_texts(root))
    elements = [Element(text) for text in words if text]
    series = [node for node in root.iter() if local_name(node) in _SERIES][:_MAX_SERIES]
    names, columns = [], []
    categories: dict[int, str] = {}
    for number, node in enumerate(series, 1):
        names.append(" ".join(_points(find_child(node, "tx")).values()) or f"{number}")
        categories |= _points(find_child(node, "cat")) or _points(find_child(node, "xVal"))
        values = _points(find_child(node, "val")) or _points(find_child(node, "yVal"))
        columns.append((values, _points(find_child(node, "bubbleSize"))))
    places = sorted({place for values, _ in columns for place in values} | set(categories))
    rows = [["", *names]] + [
        [categories.get(place, ""), *(_joined(values, sizes, place) for values, sizes in columns)] for place in places
    ]
    if len(rows) > 1:
        elements.append(Element("", "table", rows=normalize_rows(rows)))
    return elements


def _joined(values: dict[int, str], sizes: dict[int, str], place: int) -> str:
    size = sizes.get(place, "")
    return f"{values.get(place, '')} ({size})" if size else values.get(place, "")


def read_diagram(root: Node) -> list[Element]:
    """The words of a SmartArt, one list item for each of its boxes, from its data part."""
    found = []
    for point in list_named(root, "pt"):
        body = find_child(point, "t")
        lines = [_paragraph_text(each) for each in body if local_name(each) == "p"] if body is not None else []
        if text := collapse_whitespace(" ".join(lines)):
            found.append(Element(text, "list", 1))
    return found


def _rich_texts(root: Node) -> Iterator[str]:
    """The titles and labels that somebody wrote into a chart."""
    for node in root.iter():
        if local_name(node) == "p" and any(local_name(child) in ("r", "fld") for child in node):
            yield collapse_whitespace(_paragraph_text(node))


def _paragraph_text(paragraph: Node) -> str:
    return "".join(str(node.text or "") for node in list_named(paragraph, "t"))


def _points(node: Node | None) -> dict[int, str]:
    """The values that a chart keeps beside the reference to their cells, by their place; levels are joined."""
    found: dict[int, str] = {}
    for point in list_named(node, "pt"):
        place = attribute_value(point, "idx")
        value = find_child(point, "v")
        if not place.isdecimal() or len(place) > 6 or value is None or len(found) >= _MAX_POINTS:
            continue
        text = _tidy_number(collapse_whitespace(str(value.text or "")))
        found[int(place)] = f"{text} {found[int(place)]}" if int(place) in found else text
    if not found and node is not None and (said := find_child(node, "v")) is not None:
        found[0] = collapse_whitespace(str(said.text or ""))
    return found


def _tidy_number(text: str) -> str:
    """A number without the last digits that only a computer's rounding made."""
    if "." not in text or len(text) < 12:
        return text
    try:
        return format(float(text), ".10g")
    except ValueError:
        return text


def linearize_equation(node: Node, depth: int = 0) -> str:
    """The text of an equation, or of a part of one."""
    name = local_name(node)
    if name == "t":
        return str(node.text or "")
    if name in _PROPERTIES or name.endswith("Pr"):
        return ""
    if depth > _MAX_DEPTH:
        return "".join(str(text) for text in node.itertext())
    write = _WRITERS.get(name)
    if write is not None:
        return write(node, {local_name(child): linearize_equation(child, depth + 1) for child in node})
    between = {"d": ", ", "mr": " ", "eqArr": " ", "m": "; "}.get(name, "")
    text = between.join(filter(None, (linearize_equation(child, depth + 1) for child in node)))
    return f"{_symbol(node, 'begChr', '(')}{text}{_symbol(node, 'endChr', ')')}" if name == "d" else text


def _write_fraction(_: Node, inner: dict[str, str]) -> str:
    return f"{_grouped(inner.get('num', ''))}/{_grouped(inner.get('den', ''))}"


def _write_scripts(_: Node, inner: dict[str, str]) -> str:
    return inner.get("e", "") + _script("_", inner.get("sub", "")) + _script("^", inner.get("sup", ""))


def _write_root(_: Node, inner: dict[str, str]) -> str:
    return f"{inner.get('deg', '')}√({inner.get('e', '')})"


def _write_sum(node: Node, inner: dict[str, str]) -> str:
    scripts = _script("_", inner.get("sub", "")) + _script("^", inner.get("sup", ""))
    return f"{_symbol(node, 'chr', '∫')}{scripts} {inner.get('e', '')}"


def _write_function(_: Node, inner: dict[str, str]) -> str:
    return f"{inner.get('fName', '')} {inner.get('e', '')}"


_WRITERS: dict[str, Callable[[Node, dict[str, str]], str]] = {
    "f": _write_fraction,
    "sSup": _write_scripts,
    "sSub": _write_scripts,
    "sSubSup": _write_scripts,
    "rad": _write_root,
    "nary": _write_sum,
    "func": _write_function,
}


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _script(mark: str, text: str) -> str:
    return f"{mark}{_grouped(text)}" if text else ""


def _symbol(node: Node, name: str, usual: str) -> str:
    """A character that the properties of a part name; `usual` if they name none."""
    said = find_descendant(node, name)
    return attribute_value(said, "val") if said is not None else usual
