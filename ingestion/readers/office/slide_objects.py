"""Reads what stands on a slide beside its text, once hidden shapes are gone: charts, SmartArt, equations, comments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, collapse_whitespace
from ingestion.readers.office.charts import read_chart, read_diagram
from ingestion.readers.office.equations import linearize_equation
from ingestion.readers.xml_tree import attribute_value, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element as Node
    from pptx.slide import Slide

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def write_slide_equations(slide: Node) -> bool:
    """Put the words of each equation of a slide into a run of its paragraph; return whether there were any."""
    from lxml import etree

    equations = [node for node in slide.iter() if local_name(node) == "oMath"]
    for node in equations:
        holder = node
        while (above := holder.getparent()) is not None and local_name(above) != "p":
            holder = above
        if above is None:
            continue
        run = etree.SubElement(above, f"{{{_DRAWING}}}r")
        etree.SubElement(run, f"{{{_DRAWING}}}t").text = linearize_equation(node)
        above.insert(above.index(holder), run)
        if sum(local_name(each) == "oMath" for each in holder.iter()) == 1:
            above.remove(holder)
        else:
            node.clear()
    return bool(equations)


def extra_elements(slide: Slide, page: int, *, comments: bool) -> Iterator[Element]:
    """The charts and SmartArt of a slide, then its comments."""
    for node in list(slide.shapes._spTree.iter()):  # python-pptx gives no SmartArt, and no shapes in every place
        if local_name(node) == "chart":
            yield from _on_page(read_chart, _related_part(slide, attribute_value(node, "id")), page)
        elif local_name(node) == "relIds":
            yield from _on_page(read_diagram, _related_part(slide, attribute_value(node, "dm")), page)
    if comments:
        for relation in slide.part.rels.values():
            if relation.reltype.endswith("/comments") and not relation.is_external:
                for text in _comment_texts(parse_xml(relation.target_part.blob, "comments")):
                    yield Element(f"Comment: {text}", page=page, last_page=page)


def _on_page(read: Callable[[Node], list[Element]], part: Node | None, page: int) -> Iterator[Element]:
    for element in read(part) if part is not None else ():
        yield replace(element, page=page, last_page=page)


def _related_part(slide: Slide, id_: str) -> Node | None:
    relation = slide.part.rels.get(id_)
    return parse_xml(relation.target_part.blob, "part") if relation is not None and not relation.is_external else None


def _comment_texts(root: Node) -> Iterator[str]:
    for comment in (node for node in root.iter() if local_name(node) in ("cm", "reply")):
        words = [
            str(node.text or "")
            for child in comment
            if local_name(child) in ("text", "txBody")
            for node in child.iter()
            if local_name(node) in ("text", "t")
        ]
        if text := collapse_whitespace(" ".join(words)):
            yield text
