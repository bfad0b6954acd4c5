"""Parses untrusted XML: only entities that are plain text, no network, limited depth."""

from __future__ import annotations

from collections.abc import Iterable
from html.entities import html5

from lxml import etree
from lxml.etree import _Element as Node

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_BURSTING = frozenset({etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT})
_MAX_ENTITY_CHARACTERS = 1_000_000


def parse_xml(content: bytes, name: str) -> Node:
    """The root of the XML in `content`, of the document called `name`."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
        _write_out_entities(root, name)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error.msg):
            raise RecursionError(str(error.msg)) from error
        if error.code in _BURSTING:
            raise make_unreadable(FailureCode.ENTITIES, name=name) from error
        raise make_unreadable(FailureCode.BROKEN_XML, name=name, line=error.lineno) from error
    return root


def _write_out_entities(root: Node, name: str) -> None:
    """Put text in place of the entities that are plain text or HTML's; files and addresses are left out."""
    definitions = root.getroottree().docinfo.internalDTD
    own = {one.name: one.content for one in definitions.iterentities()} if definitions is not None else {}
    room = _MAX_ENTITY_CHARACTERS
    for node in list(root.iter(etree.Entity)):
        text = (own[node.name] if node.name in own else html5.get(f"{node.name};")) or ""
        room -= len(text)
        if room < 0 or "&" in text or "<" in text:
            raise make_unreadable(FailureCode.ENTITIES, name=name)
        node.tail = text + (node.tail or "")
        remove_node(node)


def local_name(node: Node) -> str:
    """A node's name without its namespace."""
    return strip_namespace(str(node.tag))


def strip_namespace(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def attribute_value(node: Node | None, name: str) -> str:
    """The attribute of that name in any namespace; empty if it, or the node, is missing."""
    attributes = node.attrib.items() if node is not None else ()
    return next((str(text) for key, text in attributes if strip_namespace(key) == name), "")


def list_named(node: Node | None, *names: str) -> list[Node]:
    """A node and all that is in it, in order, as far as it bears one of these names in any namespace."""
    return list(_iterate_named(node, names))


def _iterate_named(node: Node | None, names: Iterable[str]) -> Iterable[Node]:
    return node.iter(*(f"{{*}}{name}" for name in names)) if node is not None else ()


def find_descendant(node: Node | None, *names: str) -> Node | None:
    """The first of a node and what is in it that bears one of these names."""
    return next(iter(_iterate_named(node, names)), None)


def find_child(node: Node | None, name: str) -> Node | None:
    """The first node of that name right inside a node."""
    return node.find(f"{{*}}{name}") if node is not None else None


def find_ancestor(node: Node, name: str) -> Node | None:
    """The nearest node of that name around a node."""
    return next(node.iterancestors(f"{{*}}{name}"), None)


def remove_node(node: Node) -> None:
    """Remove a node from its tree; the text after it stays."""
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (node.tail or "")
    else:
        parent.text = (parent.text or "") + (node.tail or "")
    parent.remove(node)
