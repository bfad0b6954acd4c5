"""Reads Word and PowerPoint files with unstructured."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

from ingestion.readers.elements import (
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    label_comment,
)
from ingestion.readers.office.charts_and_equations import linearize_equation, read_chart, read_diagram
from ingestion.readers.office.package import plain_office_file
from ingestion.readers.office.powerpoint_hidden_text import remove_hidden_slide_text
from ingestion.readers.office.word_document import prepare_word_document
from ingestion.readers.office.word_text import choose_alternatives
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.readers.unstructured_adapter import elements_from_unstructured, stay_offline
from ingestion.readers.xml_tree import attribute_value, list_named, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element as Node
    from pptx.presentation import Presentation
    from pptx.slide import Slide
    from unstructured.documents import elements as unstructured

_CORE = "docProps/core.xml"
_TITLE = re.compile(r"<dc:title[^<>]*>([^<]*+)</dc:title>")
_PARAGRAPHS = frozenset({"UncategorizedText", "NarrativeText"})
_BOLD_LONGEST = 90
_AUTHORS = ("/commentAuthors", "/authors")
_NO_DETECTION = [""]  # how unstructured is told not to guess languages
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def read_docx(path: Path) -> ParsedDocument:
    """A Word document, without pages."""
    stay_offline()
    from unstructured.partition.docx import partition_docx

    shown, hidden = prepare_word_document(path, comments=READ_OPTIONS.comments)
    source = {"file": shown} if shown else {"filename": str(path)}
    found = partition_docx(**source, languages=_NO_DETECTION, include_page_breaks=False)
    elements: list[Element] = []
    styled = 0
    for element in found:
        made = [replace(each, page=None, last_page=None) for each in elements_from_unstructured([element])]
        styled = next((each.level for each in made if each.kind == "heading"), styled)
        bold = _is_bold_line(element)
        elements += [replace(each, kind="heading", level=styled + 1) if bold else each for each in made]
    return ParsedDocument(choose_document_title(path, elements, _core_title(path)), None, elements, hidden=hidden)


def _is_bold_line(element: unstructured.Element) -> bool:
    """Whether a paragraph is short, bold and not a sentence: a heading without a heading style."""
    text = element.text.strip()
    return (
        element.category in _PARAGRAPHS
        and len(text) <= _BOLD_LONGEST
        and text[-1:].isalnum()
        and element.metadata.emphasized_text_contents == [text]
        and element.metadata.emphasized_text_tags == ["b"]
    )


def read_pptx(path: Path) -> ParsedDocument:
    """A presentation, one page a slide: title, content, speaker notes."""
    stay_offline()
    import pptx
    from unstructured.partition.pptx import partition_pptx

    own = plain_office_file(path)
    presentation = pptx.Presentation(own)
    rewritten = [choose_alternatives(slide._element) for slide in presentation.slides]  # no other way to their XML
    hidden = remove_hidden_slide_text(presentation)
    rewritten += [write_slide_equations(slide._element) for slide in presentation.slides]
    is_own = isinstance(own, str) and not (hidden.changed or any(rewritten))
    source = {"filename": str(path)} if is_own else {"file": _save_to_memory(presentation)}
    found = list(
        elements_from_unstructured(partition_pptx(**source, languages=_NO_DETECTION, include_page_breaks=False))
    )
    elements: list[Element] = []
    slides = presentation.slides
    for page, slide in enumerate(slides, 1):
        if page in hidden.slides:
            continue
        elements += _slide_elements([element for element in found if element.page == page])
        elements += extra_elements(slide, page, comments=READ_OPTIONS.comments)
        if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
            elements += _note_elements(frame.text, page)
    return ParsedDocument(
        choose_document_title(path, elements, _core_title(path)), len(slides), elements, hidden=hidden.places
    )


def _save_to_memory(presentation: Presentation) -> BytesIO:
    made = BytesIO()
    presentation.save(made)
    return made


def _slide_elements(elements: list[Element]) -> Iterator[Element]:
    """The elements of a slide, with its title first."""
    title = next((element for element in elements if element.kind == "heading" and element.level == 1), None)
    if title is not None:
        yield title
    for element in elements:
        if element.kind == "table":
            yield element
        elif element is not title:
            yield replace(element, kind="list", level=max(element.level - 1, 1))


def _note_elements(text: str, page: int) -> Iterator[Element]:
    if noted := collapse_whitespace(text):
        yield Element(f"Notes: {noted}", page=page, last_page=page)


def _core_title(path: Path) -> str:
    """The title in the document's properties; empty if none."""
    with zipfile.ZipFile(path) as archive:
        if _CORE not in archive.namelist():
            return ""
        named = _TITLE.search(archive.read(_CORE).decode("utf-8", "replace"))
    return unescape(named[1]) if named else ""


def write_slide_equations(slide: Node) -> bool:
    """Put the words of each equation of a slide into a run of its paragraph; return whether there were any."""
    from lxml import etree

    equations = list_named(slide, "oMath")
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
                for text in _comment_texts(parse_xml(relation.target_part.blob, "comments"), _author_names(slide)):
                    yield Element(text, page=page, last_page=page)


def _on_page(read: Callable[[Node], list[Element]], part: Node | None, page: int) -> Iterator[Element]:
    for element in read(part) if part is not None else ():
        yield replace(element, page=page, last_page=page)


def _related_part(slide: Slide, id_: str) -> Node | None:
    relation = slide.part.rels.get(id_)
    return parse_xml(relation.target_part.blob, "part") if relation is not None and not relation.is_external else None


def _author_names(slide: Slide) -> dict[str, str]:
    """The people who wrote comments, by the number or id that the comments name."""
    presentation = slide.part.package.presentation_part
    parts = [one for one in presentation.rels.values() if one.reltype.endswith(_AUTHORS) and not one.is_external]
    roots = [parse_xml(one.target_part.blob, "authors") for one in parts]
    people = [node for root in roots for node in list_named(root, "cmAuthor", "author")]
    return {attribute_value(node, "id"): attribute_value(node, "name") for node in people}


def _comment_texts(root: Node, names: Mapping[str, str]) -> Iterator[str]:
    for comment in (node for node in root.iter() if local_name(node) in ("cm", "reply")):
        words = [
            str(node.text or "")
            for child in comment
            if local_name(child) in ("text", "txBody")
            for node in child.iter()
            if local_name(node) in ("text", "t")
        ]
        if text := label_comment(" ".join(words), names.get(attribute_value(comment, "authorId"), "")):
            yield text
