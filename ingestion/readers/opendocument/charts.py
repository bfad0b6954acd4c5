"""Puts the titles and data of charts, which are files of their own in an OpenDocument file, where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.xml_tree import attribute_value, local_name, parse_xml

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element as Node

_MOST_CHARTS = 200
_TITLES = ("title", "subtitle")  # of the chart, and of its axes
_CONTENT = "content.xml"


def insert_charts(archive: ZipFile, content: Node, name: str, *, with_tables: bool) -> None:
    """Insert under each object of `content` that is a chart its titles, and its table; `name` is the document's."""
    names = frozenset(archive.namelist())
    objects = [node for node in content.iter() if local_name(node) == "object"]
    for node in objects[:_MOST_CHARTS]:
        part = f"{attribute_value(node, 'href').removeprefix('./').rstrip('/')}/{_CONTENT}"
        if part in names:
            _insert_chart(node, parse_xml(archive.read(part), name), with_table=with_tables)


def _insert_chart(node: Node, root: Node, *, with_table: bool) -> None:
    chart = next((each for each in root.iter() if local_name(each) == "chart" and len(each)), None)
    if chart is None:
        return
    for each in list(chart.iter()):
        if local_name(each) in _TITLES:
            node.extend([text for text in each.iter() if local_name(text) == "p"])
        elif local_name(each) == "table" and with_table:
            node.append(each)
