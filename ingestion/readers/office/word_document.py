"""Makes a Word document ready for the parser: without hidden words, with every word that people see in its paragraphs.

Notes, comments, charts and SmartArt are read from their own parts, and headers and footers once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from lxml.etree import _Element as Node

from ingestion.readers.elements import label_comment
from ingestion.readers.office.charts_and_equations import read_chart, read_diagram
from ingestion.readers.office.package import OfficePackage, PartRelation
from ingestion.readers.office.word_hidden_text import WordStyles, strip_hidden_runs
from ingestion.readers.office.word_numbering import WordNumbering
from ingestion.readers.office.word_text import (
    choose_alternatives,
    flatten_word_text,
    make_word_paragraph,
    note_number,
    paragraph_texts,
    word_blocks_from_elements,
)
from ingestion.readers.xml_tree import attribute_value, find_child, list_named, local_name

_OFF_VALUES = ("0", "false", "off")
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes", "commentReference": "comments"}
_MARGINS = ("headerReference", "footerReference")
_LABELS = {"footnotes": "Footnote", "endnotes": "Endnote"}


def prepare_word_document(path: Path, *, comments: bool = True) -> tuple[BytesIO | None, int]:
    """The document with all visible words in its paragraphs (None: as the file is), and the number of hidden places."""
    package = OfficePackage.open(path)
    try:
        return _WordDocument(package, comments=comments).prepare()
    finally:
        package.close()


@dataclass(slots=True)
class _WordDocument:
    package: OfficePackage
    comments: bool
    hidden: int = 0
    marked: int = 0
    _body: str = ""
    _relations: dict[str, PartRelation] = field(default_factory=dict)
    _stories: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _styles: WordStyles | None = None

    def prepare(self) -> tuple[BytesIO | None, int]:
        from lxml import etree

        self._body = _find_target(self.package.list_relations(""), "officeDocument") or "word/document.xml"
        root = self.package.parse_part(self._body)
        if root is None:
            return None, 0
        self._relations = self.package.list_relations(self._body)
        styles = _find_target(self._relations, "styles") or "word/styles.xml"
        self._styles = WordStyles(self.package.parse_part(styles))
        changed = self._strip(root, root)
        lists = WordNumbering(self.package.parse_part(_find_target(self._relations, "numbering")))
        changed |= lists.write_numbers(root, self._styles)
        margins = self._margin_texts(root)
        changed = flatten_word_text(root, self._blocks_of) or changed
        if margins and (body := find_child(root, "body")) is not None:
            end = next((n for n, node in enumerate(body) if local_name(node) == "sectPr"), len(body))
            for text in reversed(margins):
                body.insert(end, make_word_paragraph(text))
        if changed or margins or self.hidden or self.marked:
            content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            self.package.replace_part(self._body, content)
        return (self.package.save() if self.package.is_changed else None), self.hidden

    def _strip(self, root: Node, page: Node) -> bool:
        """Remove what nobody sees; return whether the part was changed in another way."""
        changed = choose_alternatives(root)
        found = strip_hidden_runs(root, self._styles or WordStyles(None), page)
        self.hidden += found.removed
        self.marked += found.marked
        return changed

    def _blocks_of(self, node: Node) -> Sequence[Node]:
        """The blocks that a reference in the body stands for."""
        name = local_name(node)
        if name in _NOTES:
            return self._note_blocks(_NOTES[name], note_number(node))
        if name == "chart":
            chart = self._parse_related(attribute_value(node, "id"))
            return word_blocks_from_elements(read_chart(chart)) if chart is not None else ()
        if name == "relIds":
            diagram = self._parse_related(attribute_value(node, "dm"))
            return word_blocks_from_elements(read_diagram(diagram)) if diagram is not None else ()
        return ()

    def _parse_related(self, id_: str) -> Node | None:
        relation = self._relations.get(id_)
        return self.package.parse_part(relation.target) if relation else None

    def _note_blocks(self, kind: str, number: str) -> list[Node]:
        if kind == "comments" and not self.comments:
            return []
        if kind not in self._stories:
            self._stories[kind] = self._read_story(kind)
        return [make_word_paragraph(text) for text in self._stories[kind].pop(number, [])]  # said once

    def _read_story(self, kind: str) -> dict[str, list[str]]:
        """The paragraphs of all notes of a kind, by their number."""
        root = self.package.parse_part(_find_target(self._relations, kind))
        found: dict[str, list[str]] = {}
        if root is None:
            return found
        self._strip(root, root)
        flatten_word_text(root, lambda _: ())
        for note in root:
            texts = paragraph_texts(note)
            if not texts or attribute_value(note, "type") in ("separator", "continuationSeparator"):
                continue
            if kind == "comments":
                found[note_number(note)] = [label_comment(" ".join(texts), attribute_value(note, "author"))]
            else:
                found[note_number(note)] = [f"{_LABELS[kind]}: {texts[0]}", *texts[1:]]
        return found

    def _margin_texts(self, root: Node) -> list[str]:
        """The different paragraphs of the headers and footers that some page shows."""
        texts: dict[str, None] = {}
        read: set[str] = set()  # sections may share one
        for section in list_named(root, "sectPr"):
            first_differs = any(local_name(node) == "titlePg" and _is_on(node) for node in section)
            for reference in [node for node in section if local_name(node) in _MARGINS]:
                section.remove(reference)  # read here: the parser would fail where one is damaged
                kind = attribute_value(reference, "type")
                if (kind == "first" and not first_differs) or (kind == "even" and not self._even_pages_differ()):
                    continue
                id_ = attribute_value(reference, "id")
                margin = self._parse_related(id_) if id_ not in read else None
                read.add(id_)
                if margin is not None:
                    self._strip(margin, root)
                    flatten_word_text(margin, lambda _: ())
                    texts |= dict.fromkeys(text for text in paragraph_texts(margin) if _has_words(text))
        return list(texts)

    def _even_pages_differ(self) -> bool:
        settings = self.package.parse_part(_find_target(self._relations, "settings"))
        return settings is not None and any(
            local_name(node) == "evenAndOddHeaders" and _is_on(node) for node in settings
        )


def _find_target(relations: Mapping[str, PartRelation], kind: str) -> str:
    """The first part of a kind; empty if there is none."""
    return next((one.target for one in relations.values() if one.kind == kind), "")


def _is_on(node: Node) -> bool:
    return attribute_value(node, "val") not in _OFF_VALUES


def _has_words(text: str) -> bool:
    return sum(c.isalpha() for c in text) > 1
