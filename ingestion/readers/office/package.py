"""Opens an Office file as a package of parts, mends it, and writes it anew in the form that every parser reads.

Strict files get the usual namespaces; files with macros, templates and shows get the type of a plain document.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from lxml import etree
from lxml.etree import _Element as Node

from ingestion.readers.xml_tree import attribute_value, list_named, local_name, parse_xml, remove_node

_TYPES = "[Content_Types].xml"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_STRICT_MARK = b"http://purl.oclc.org/ooxml/"
_BEGINNING = 1024
_CHUNK_BYTES = 1 << 20
EXCEL_STYLES = "xl/styles.xml"
_ODD_STYLES = re.compile(rb"AlternateContent|<(?:\w{1,20}:)?cellStyle\s(?![^<>]*\bname=)")
_MAIN = "application/vnd.openxmlformats-officedocument."
_PLAIN_TYPES = {
    "application/vnd.ms-word.document.macroEnabled.main+xml": f"{_MAIN}wordprocessingml.document.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": f"{_MAIN}wordprocessingml.document.main+xml",
    f"{_MAIN}wordprocessingml.template.main+xml": f"{_MAIN}wordprocessingml.document.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": f"{_MAIN}spreadsheetml.sheet.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": f"{_MAIN}spreadsheetml.sheet.main+xml",
    "application/vnd.ms-excel.addin.macroEnabled.main+xml": f"{_MAIN}spreadsheetml.sheet.main+xml",
    f"{_MAIN}spreadsheetml.template.main+xml": f"{_MAIN}spreadsheetml.sheet.main+xml",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
    "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
    f"{_MAIN}presentationml.slideshow.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
    f"{_MAIN}presentationml.template.main+xml": f"{_MAIN}presentationml.presentation.main+xml",
}
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


@dataclass(frozen=True, slots=True)
class PartRelation:
    """A relation of a part: the last word of its type, and the part that it names."""

    kind: str
    target: str


@dataclass(slots=True)
class OfficePackage:
    """The parts of an Office file; changed ones are kept beside the file's own."""

    name: str
    parts: frozenset[str]
    _archive: zipfile.ZipFile
    _changed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> OfficePackage:
        """Open the file at `path`, with its parts in the usual form. The caller closes it."""
        archive = zipfile.ZipFile(path)
        package = cls(path.name, frozenset(archive.namelist()), archive)
        package._normalize_parts()
        return package

    @property
    def is_changed(self) -> bool:
        """Whether any part differs from the file's own."""
        return bool(self._changed)

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def read_part(self, part: str) -> bytes:
        """The content of a part; empty if it is missing."""
        if part in self._changed:
            return self._changed[part]
        return self._archive.read(part) if part in self.parts else b""

    def read_end(self, part: str, size: int) -> bytes:
        """The last bytes of a part, which may be large; empty if it is missing."""
        if part in self._changed or part not in self.parts:
            return self.read_part(part)[-size:]
        end = b""
        with self._archive.open(part) as content:
            while chunk := content.read(max(size, _CHUNK_BYTES)):
                end = (end + chunk)[-size:]
        return end

    def parse_part(self, part: str) -> Node | None:
        """The root of an XML part; None if it is missing."""
        content = self.read_part(part)
        return parse_xml(content, self.name) if content else None

    def replace_part(self, part: str, content: bytes) -> None:
        """Put other content in place of a part's."""
        self._changed[part] = content

    def list_relations(self, part: str) -> dict[str, PartRelation]:
        """The relations of a part to other parts, by id; links to the outside are left out."""
        folder, file = posixpath.split(part)
        root = self.parse_part(f"{folder}/_rels/{file}.rels")
        found: dict[str, PartRelation] = {}
        for node in root if root is not None else ():
            if local_name(node) == "Relationship" and attribute_value(node, "TargetMode") != "External":
                target = attribute_value(node, "Target")
                inner = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found[attribute_value(node, "Id")] = PartRelation(
                    attribute_value(node, "Type").rpartition("/")[2], inner
                )
        return found

    def save(self) -> BytesIO:
        """The whole file with its changed parts, in memory."""
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
            for part in self.parts:
                copy.writestr(part, self.read_part(part))
        made.seek(0)
        return made

    def _normalize_parts(self) -> None:
        for part in self.parts:
            if not part.endswith((".xml", ".rels")):
                continue
            with self._archive.open(part) as content:
                start = content.read(_BEGINNING)
            if part != _TYPES and _STRICT_MARK not in start:
                continue
            own = self._archive.read(part)
            usual = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", own)
            if part == _TYPES:
                for special, plain in _PLAIN_TYPES.items():
                    usual = usual.replace(f'"{special}"'.encode(), f'"{plain}"'.encode())
            if usual != own:
                self._changed[part] = usual
        self._changed |= mend_parts(self.parts, self.read_part)
        if _ODD_STYLES.search(self.read_part(EXCEL_STYLES)):
            self._changed[EXCEL_STYLES] = _tidy_styles(self.read_part(EXCEL_STYLES), self.name)


def _tidy_styles(styles: bytes, name: str) -> bytes:
    """The styles of a workbook as older programs see them, each with a name: the parser fails on others."""
    from lxml import etree

    root = parse_xml(styles, name)
    for node in list_named(root, "AlternateContent"):
        parent = node.getparent()
        if parent is None:
            continue
        told = [child for form in node if local_name(form) == "Fallback" for child in form]
        at = parent.index(node)
        parent.remove(node)
        for child in reversed(told):
            parent.insert(at, child)
    for number, node in enumerate(list_named(root, "cellStyle")):
        if not attribute_value(node, "name"):
            node.set("name", f"style {number}")
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def plain_office_file(path: Path) -> BytesIO | str:
    """The name of a file that every parser opens, or a copy of it in the usual form."""
    package = OfficePackage.open(path)
    try:
        return package.save() if package.is_changed else str(path)
    finally:
        package.close()


def copy_with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> BytesIO | None:
    """A copy of a file in the usual form, with a part changed; None if it has no such part."""
    with closing(OfficePackage.open(path)) as package:
        if not (content := package.read_part(part)):
            return None
        package.replace_part(part, change(content))
        return package.save()


def mend_parts(parts: frozenset[str], read: Callable[[str], bytes]) -> dict[str, bytes]:
    """The new content of each part that has to change; `read` gives what a part holds."""
    found: dict[str, bytes] = {}
    known = {part.casefold(): part for part in parts}
    for part in parts:
        if part.endswith(_RELATIONS):
            mended = _mend_relations(part, read(part), known)
        elif part in _PROPERTIES:
            mended = _mend_properties(read(part))
        elif part == _TYPES:
            mended = _mend_types(read(part), known)
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


def _mend_types(content: bytes, known: dict[str, str]) -> bytes | None:
    """The types of parts without those of parts that are missing; None where all are there."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None  # it is told when it is read
    names = {node: attribute_value(node, "PartName").lstrip("/").casefold() for node in list_named(root, "Override")}
    gone = [node for node, name in names.items() if name not in known and unquote(name) not in known]
    for node in gone:
        remove_node(node)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)) if gone else None


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
