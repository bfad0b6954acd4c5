"""Writes the equations of Office files on one line: `(a)/(b)`, `x^(2)`, `√(x)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.xml_tree import attribute_value, local_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element as Node

_PROPERTIES = ("rPr", "ctrlPr")
_MAX_DEPTH = 60


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
    said = next((each for each in node.iter() if local_name(each) == name), None)
    return attribute_value(said, "val") if said is not None else usual
