"""Brings the words of a Word document that stand outside its plain paragraphs into them, for the parser after it.

Content controls, tracked insertions, text boxes and equations lose what surrounds them; notes, comments, charts and
SmartArt come after the paragraph that names them. Deleted and moved-away words go. Hidden words must be gone before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lxml.etree import _Element as Node

from ingestion.readers.elements import Element
from ingestion.readers.office.charts_and_equations import linearize_equation
from ingestion.readers.xml_tree import (
    attribute_value,
    find_ancestor,
    find_descendant,
    list_named,
    local_name,
    remove_node,
)

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WRAPPERS = ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent", "rubyBase")
_GONE = ("del", "moveFrom", "sdtPr", "sdtEndPr", "rt")
_MARKS = ("rPr", "trPr", "tcPr", "numPr", "pPr")  # a tracked change in these is a mark, and holds no words
_BOX = "txbxContent"
_ALTERNATIVES = ("Choice", "Fallback")


def make_word_node(name: str, *children: Node, text: str = "") -> Node:
    """A node of WordprocessingML."""
    from lxml import etree

    made = etree.Element(f"{{{_WORD}}}{name}")
    made.text = text or None
    if text:
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.extend(children)
    return made


def make_word_paragraph(text: str) -> Node:
    """A paragraph with one run."""
    return make_word_node("p", make_word_node("r", make_word_node("t", text=text)))


def word_blocks_from_elements(elements: Iterable[Element]) -> list[Node]:
    """Paragraphs and tables with the words of elements."""
    blocks: list[Node] = []
    for element in elements:
        if element.rows:
            rows = [
                make_word_node("tr", *(make_word_node("tc", make_word_paragraph(cell)) for cell in row))
                for row in element.rows
            ]
            grid = make_word_node("tblGrid", *(make_word_node("gridCol") for _ in element.rows[0]))
            blocks += [make_word_node("tbl", make_word_node("tblPr"), grid, *rows), make_word_node("p")]
        elif element.text:
            blocks.append(make_word_paragraph(element.text))
    return blocks


def flatten_word_text(root: Node, blocks_of: Callable[[Node], Sequence[Node]]) -> bool:
    """Bring all words of `root`, and the blocks that `blocks_of` gives, into paragraphs; return whether it changed."""
    changed = _remove_tracked_deletions(root)
    changed |= _unwrap_all(root)
    changed |= _write_equations(root)
    changed |= _add_named_blocks(root, blocks_of)
    return _move_boxes(root) or changed


def choose_alternatives(root: Node) -> bool:
    """Keep one of the forms of the same content, before hidden words go; return whether there were any."""
    changed = False
    while (node := find_descendant(root, "AlternateContent")) is not None:
        forms = [child for child in node if local_name(child) in _ALTERNATIVES]
        told = next((form for form in forms if _has_words(form)), forms[0] if forms else None)
        for form in forms:
            if form is not told:
                node.remove(form)
        if told is not None:
            unwrap_node(told)
        unwrap_node(node)
        changed = True
    return changed


def _has_words(node: Node) -> bool:
    return any(local_name(each) in ("t", "chart", "relIds") for each in node.iter())


def _remove_tracked_deletions(root: Node) -> bool:
    gone = [node for node in root.iter() if local_name(node) in _GONE and not _is_mark(node)]
    for node in gone:
        remove_node(node)
    return bool(gone)


def _unwrap_all(root: Node) -> bool:
    found = [node for node in root.iter() if local_name(node) in _WRAPPERS and not _is_mark(node)]
    for node in found:
        unwrap_node(node)
    controls = list_named(root, "sdt")
    for node in controls:
        unwrap_node(node)
    for ruby in list_named(root, "ruby"):
        outer = ruby.getparent()
        runs = [child for child in ruby if local_name(child) == "r"]
        unwrap_node(ruby)
        if outer is not None and local_name(outer) == "r" and runs:
            _split_run(outer, runs)
    return bool(found or controls)


def _split_run(outer: Node, runs: list[Node]) -> None:
    """Put the runs inside a run behind it, with what follows them in a run of its own."""
    above = outer.getparent()
    if above is None:
        return
    at = above.index(outer) + 1
    rest = outer[outer.index(runs[-1]) + 1 :]
    for run in runs:
        above.insert(at, run)
        at += 1
    if rest:
        above.insert(at, make_word_node("r", *rest))


def _is_mark(node: Node) -> bool:
    parent = node.getparent()
    return parent is None or local_name(parent) in _MARKS


def unwrap_node(node: Node) -> None:
    """Put the children of a node in its place; text of its own is lost."""
    parent = node.getparent()
    if parent is None:
        return
    at = parent.index(node)
    parent.remove(node)
    for child in reversed(list(node)):
        parent.insert(at, child)


def _write_equations(root: Node) -> bool:
    equations = list_named(root, "oMath")
    for node in equations:
        parent = node.getparent()
        text = linearize_equation(node)
        if parent is None:
            continue
        run = make_word_node("r", make_word_node("t", text=text))
        parent.replace(node, run)
        if local_name(parent) == "oMathPara":
            above = parent.getparent()
            unwrap_node(parent)
            if above is not None and local_name(above) == "body":
                above.replace(run, make_word_node("p", run.__copy__()))
    return bool(equations)


def _add_named_blocks(root: Node, blocks_of: Callable[[Node], Sequence[Node]]) -> bool:
    changed = False
    ends: dict[Node, Node] = {}
    for node in list(root.iter()):
        blocks = blocks_of(node)
        paragraph = find_ancestor(node, "p") if blocks else None
        if paragraph is not None:
            _insert_after(paragraph, blocks, ends)
            changed = True
    return changed


def _move_boxes(root: Node) -> bool:
    """Put the blocks of each text box after the paragraph in which its drawing stands, the outermost first."""
    changed = False
    ends: dict[Node, Node] = {}
    while (box := find_descendant(root, _BOX)) is not None:
        paragraph, parent = find_ancestor(box, "p"), box.getparent()
        if parent is None:
            break
        parent.remove(box)
        if paragraph is not None:
            _insert_after(paragraph, list(box), ends)
        changed = True
    return changed


def _insert_after(paragraph: Node, blocks: Sequence[Node], ends: dict[Node, Node]) -> None:
    """Insert blocks after a paragraph, and after those that were inserted for it before."""
    last = ends.get(paragraph, paragraph)
    parent = last.getparent()
    if parent is None or not blocks:
        return
    at = parent.index(last) + 1
    for block in blocks:
        parent.insert(at, block)
        at += 1
    ends[paragraph] = blocks[-1]


def paragraph_texts(root: Node) -> list[str]:
    """The text of each paragraph of a part, without the instructions of fields."""
    texts = []
    for paragraph in list_named(root, "p"):
        words = ""
        for node in paragraph.iter():
            name = local_name(node)
            words += str(node.text or "") if name == "t" else " " if name in ("tab", "br", "cr") else ""
        if words.strip():
            texts.append(" ".join(words.split()))
    return texts


def note_number(node: Node) -> str:
    """The id by which a paragraph names a note or a comment."""
    return attribute_value(node, "id")
