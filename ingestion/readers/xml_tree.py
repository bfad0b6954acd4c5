"""Parses untrusted XML: no entities, no network, limited depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from lxml.etree import _Element as Node


def parse_xml(content: bytes, name: str) -> Node:
    """The root of the XML in `content`, of the document called `name`.

    Raises:
        UnreadableDocument: it is not well-formed, or defines entities.
        RecursionError: it is nested too deeply.
    """
    if b"<!ENTITY" in content.replace(b"\0", b""):
        raise UnreadableDocument(make_failure(FailureCode.ENTITIES, name=name))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error.msg):
            raise RecursionError(str(error.msg)) from error
        raise UnreadableDocument(make_failure(FailureCode.BROKEN_XML, name=name, line=error.lineno)) from error


def local_name(node: Node) -> str:
    """A node's name without its namespace."""
    return strip_namespace(str(node.tag))


def strip_namespace(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def attribute_value(node: Node, name: str) -> str:
    """The attribute of that name in any namespace; empty if missing."""
    return next((str(text) for key, text in node.attrib.items() if strip_namespace(key) == name), "")


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
