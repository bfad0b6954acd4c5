"""Makes small files of the formats that hold plain text, or other files."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING

from ingestion.readers.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = " ".join(
    f'xmlns:{name}="{_OFFICE}{name}:1.0"' for name in ("office", "text", "table", "style", "presentation", "draw")
)
_TEXTS = {
    ".org": "* Rules\n#+TITLE: x\nThe vault opens at nine.\n#+BEGIN_SRC sh\nopen --vault\n#+END_SRC\n",
    ".adoc": "= Rules\n:toc:\n\nThe vault opens at nine.\n\n----\nopen --vault\n----\n",
    ".tex": "\\documentclass{article}\n\\section{Rules}\nThe \\emph{vault} opens at 9\\%. % a secret remark\n",
    ".srt": "1\n00:00:01,000 --> 00:00:03,000\nThe vault\n\n2\n00:00:03,000 --> 00:00:05,000\n<i>opens at nine.</i>\n",
    ".vtt": "WEBVTT\n\n00:01.000 --> 00:03.000\nThe vault\n\n00:03.000 --> 00:05.000\nopens at nine.\n",
    ".ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Vault check\nDTSTART:20261102T090000Z\n"
    "LOCATION:Lyon\\, b\n asement\n"
    "END:VEVENT\nEND:VCALENDAR\n",
    ".vcf": "BEGIN:VCARD\nVERSION:4.0\nFN:Ana Lopes\nTEL;TYPE=work:+33 4\nEND:VCARD\n",
    ".mbox": "From ana@x Mon Nov 02 10:00:00 2026\nSubject: One\nFrom: ana@x\n\nFirst words.\n\n"
    "From bob@x Mon Nov 02 10:00:00 2026\nSubject: Two\nFrom: bob@x\n\nSecond words.\n",
    ".ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": ["# Rules\n", "\n", "The vault opens at nine."]},
                {"cell_type": "code", "source": "print(9)", "outputs": [{"text": ["9\n"]}]},
            ]
        }
    ),
}


def plain(path: Path) -> Path:
    """A file of one of the families of plain text."""
    path.write_text(_TEXTS.get(path.suffix.replace("asciidoc", "adoc"), "opens_at = 9\n"), encoding="utf-8")
    return path


def archive(path: Path, files: dict[str, bytes] | None = None) -> Path:
    """An archive with a text and what else is given."""
    files = files or {"rules/vault.txt": b"The vault opens at nine."}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as packed:
            for name, content in files.items():
                packed.writestr(name, content)
        return path
    with tarfile.open(path, "w:gz" if path.suffix == ".tgz" else "w") as tape:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tape.addfile(member, io.BytesIO(content))
    return path


def open_document(path: Path, body: str, kind: str, styles: str = "") -> Path:
    """An OpenDocument file of a kind, with this body."""
    content = (
        f"<office:document-content {_NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        packed.writestr("content.xml", content)
    return path


def ods(path: Path) -> Path:
    """A spreadsheet with a table, a hidden sheet, a hidden row and a hidden column."""
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    row = "<table:table-row{}>{}</table:table-row>".format
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    rows = row("", cell("City") + cell("Secret") + cell("Limit")) + row("", cell("Lyon") + cell("Secret") + cell("12"))
    rows += row(' table:visibility="filter"', cell("Secret"))
    shown = f'<table:table table:name="Costs">{columns}{rows}</table:table>'
    unseen = f'<table:table table:name="Old" table:style-name="off">{row("", cell("Secret"))}</table:table>'
    styles = '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
    return open_document(path, shown + unseen, "spreadsheet", styles)


def odp(path: Path) -> Path:
    """A presentation with a slide and a hidden one."""
    slide = (
        "<draw:page{}><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></draw:page>".format
    )
    styles = (
        '<style:style style:name="off"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    body = slide("", "The vault opens at nine.") + slide(' draw:style-name="off"', "Secret")
    return open_document(path, body, "presentation", styles)


def odg(path: Path) -> Path:
    """A drawing of a box with words, and words on a layer that is not shown."""
    box = "<draw:custom-shape{}><text:p>{}</text:p></draw:custom-shape>".format
    layers = '<draw:layer-set><draw:layer draw:name="off" draw:display="none"/></draw:layer-set>'
    body = box("", "The vault opens at nine.") + box(' draw:layer="off"', "Secret")
    return open_document(path, f"<draw:page>{body}</draw:page>", "graphics", layers)


def svg(path: Path) -> Path:
    """A drawing with a title, a description, words of two lines, and words that nobody sees."""
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://localhost/svg11.dtd">'
        '<svg xmlns="http://www.w3.org/2000/svg"><title>Vault plan</title><desc>The plan of the vault.</desc>'
        "<style>.off {display: none} .pale {fill: #fff}</style>"
        '<defs><text id="kept">Kept secret</text><text id="used">Used twice</text></defs><use href="#used"/>'
        '<text x="1" y="2">The vault<tspan x="1" dy="9">opens at <tspan font-weight="bold">nine</tspan>.</tspan></text>'
        '<g class="off"><text>Secret</text></g><text style="opacity:0">Secret</text><text fill="none">Secret</text>'
        '<text visibility="hidden">Secret</text><text font-size="1">Secret</text><text class="pale">On a wall</text>'
        "<foreignObject><p>In a page</p></foreignObject><script>alert(1)</script></svg>",
        encoding="utf-8",
    )
    return path


_TEXT_READERS = ("text.marked_text", "text.notebooks")
MAKERS: dict[str, Callable[[Path], Path]] = {
    **{suffix: plain for suffix, one in FORMATS.items() if one.reader[0] in _TEXT_READERS or suffix == ".mbox"},
    **dict.fromkeys((".zip", ".tar", ".tgz"), archive),
    ".ods": ods,
    ".odp": odp,
    ".odg": odg,
    ".svg": svg,
}
