"""Makes random Office, RTF and PDF files that hide the word Secret in one of many ways, or show the word Kept."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.ingestion.readers import hiding_office, hiding_pages, hiding_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    Made = Callable[[Random, Path, bool], None]  # whether the word is hidden

_TRUTHS = ("1", "true", "&#49;", "&#x31;", "&#116;rue", " 1 ", "tr&#117;e")
_FALSEHOODS = ("0", "false", "&#48;", "fals&#101;")
_ENCODINGS = ("utf-8", "utf-16", "utf-8-sig", "utf-16-be")
_INCH = 914_400


def xlsx(random: Random, path: Path, hide: bool) -> None:  # as all makers of this file
    """A workbook with a row or column that any form of the attribute hides, in any encoding."""
    word = "Secret" if hide else "Kept"

    hiding_office.xlsx(lambda *_: None, word)(path)
    said = random.choice(_TRUTHS if hide else _FALSEHOODS)
    quote = random.choice("\"'")
    hidden = f"{random.choice((' ', chr(10), '  '))}hidden{random.choice(('', ' '))}={quote}{said}{quote}"
    noise = random.choice(("", ' spans="1:3"', " customFormat='0'"))
    if random.random() < 0.5 or not hide:
        changes = [('<row r="3"', f'<row{noise} r="3"{hidden}')]
    else:
        changes = [("<sheetData>", f'<cols><col min="2" max="2"{hidden}/></cols><sheetData>')]
    _rewrite(path, "xl/worksheets/sheet1.xml", changes, random.choice(_ENCODINGS))


def _rewrite(path: Path, part: str, changes: list[tuple[str, str]], encoding: str) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    text = parts[part].decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    text = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    named = encoding.removesuffix("-be").removesuffix("-sig")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    parts[part] = f'{mark}<?xml version="1.0" encoding="{named}"?>{text}'.encode(encoding)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def pptx(random: Random, path: Path, hide: bool) -> None:  # as all makers of this file
    """A slide with a box in groups, each of which moves and scales what is in it."""
    from pptx.oxml.ns import qn

    side = random.choice((-1, 1))
    left = random.uniform(12, 30) * side if hide else random.uniform(1, 6)
    top = random.uniform(0, 4)
    wanted = [left * _INCH, top * _INCH, 2 * _INCH, _INCH]

    def change(_: Any, slide: Any) -> None:
        tree, inner = slide.shapes, wanted
        for _level in range(random.randint(1, 3)):
            group = tree.add_group_shape()
            scale = random.choice((0.25, 0.5, 1.0, 2.0, 3.0))
            shift = [random.uniform(-9, 9) * _INCH, random.uniform(-9, 9) * _INCH]
            place = group._element.grpSpPr.get_or_add_xfrm()
            for name, first, second in (
                ("a:off", inner[0], inner[1]),
                ("a:ext", inner[2], inner[3]),
                ("a:chOff", shift[0], shift[1]),
                ("a:chExt", inner[2] * scale, inner[3] * scale),
            ):
                node = place.find(qn(name))
                node = place.makeelement(qn(name), {}) if node is None else node
                keys = ("x", "y") if name.endswith(("off", "Off")) else ("cx", "cy")
                node.attrib.update({keys[0]: str(int(first)), keys[1]: str(int(second))})
                place.append(node)
            inner = [shift[0], shift[1], inner[2] * scale, inner[3] * scale]
            tree = group.shapes
        made = tree.add_textbox(*(int(each) for each in inner))
        made.text_frame.text = "Secret" if hide else "Kept"

    hiding_office.pptx(_keep_frames(change))(path)


def _keep_frames(change: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Stop python-pptx from fitting groups to what is in them."""
    from pptx.oxml.shapes.groupshape import CT_GroupShape

    def run(made: Any, slide: Any) -> None:
        with patch.object(CT_GroupShape, "recalculate_extents"):
            change(made, slide)

    return run


_RTF_HEAD = r"{\colortbl;\red255\green255\blue255;\red250\green252\blue255;\red0\green0\blue0;}"
_RTF_HIDING = (r"\v ", r"\v1 ", r"\deleted ", r"\fs2 ", r"\fs0 ", r"\fs3 ", r"\cf1 ", r"\cf2 ", r"\cf1\highlight1 ")
_RTF_SHOWING = (r"\v0 ", r"\cf3 ", r"\cf0 ", r"\fs20 ", r"\b ", r"\cf1\cf3 ", r"\v\v0 ", r"\fs2\fs24 ", r"\v\plain ")


def rtf(random: Random, path: Path, hide: bool) -> None:  # as all makers of this file
    """A rich text with a stretch of words in any group."""
    said = random.choice(_RTF_HIDING if hide else _RTF_SHOWING)
    word = random.choice((r"Secret words", r"{\b Secret} words", r"{\i {Secret}}\'e9"))
    body = said + (word if hide else word.replace("Secret", "Kept"))
    for _ in range(random.randint(1, 3)):
        body = random.choice((r"{%s}", r"{\f0 %s}", r"{\i %s}", r"{\cf3 {%s}}")) % body
    hiding_pages.rtf(f"{_RTF_HEAD} Seen {body} beside.")(path)


_PDF_HIDING = (
    "q {f} BT /F1 12 Tf {n} 0 0 {n} 72 700 Tm ({w}) Tj ET Q",
    "q {f} BT /F1 {n} Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q {n} 0 0 {n} 72 700 cm BT /F1 12 Tf ({w}) Tj ET Q",
    "q 1 0 0 0 72 700 cm BT /F1 12 Tf ({w}) Tj ET Q",
    "q BT /F1 12 Tf 0 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 0 0 10 10 re W n BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 72 600 0 0 re W n BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 0 0 300 300 re W* n q 0 650 600 100 re W n BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q Q",
    "q BT /F1 12 Tf 3 Tr 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q BT /F1 12 Tf 7 Tr 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 1 g BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 1 1 1 rg BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 0 0 0 0 k BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q BT /F1 12 Tf 1 0 0 1 -900 700 Tm ({w}) Tj ET Q",
    "q BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q q 1 g 50 650 400 80 re f Q",
)
_PDF_SHOWING = (
    "q BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 0 600 600 200 re W n BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 12 0 0 12 72 700 cm BT /F1 1 Tf ({w}) Tj ET Q",
    "q BT /F1 1 Tf 12 0 0 12 72 700 Tm ({w}) Tj ET Q",
    "q 0 0 1 rg 50 650 400 80 re f 1 g BT /F1 12 Tf 1 0 0 1 72 700 Tm ({w}) Tj ET Q",
    "q 0 1 -1 0 200 500 cm BT /F1 12 Tf ({w}) Tj ET Q",
)


def pdf(random: Random, path: Path, hide: bool) -> None:  # as all makers of this file
    """A page with a line that is scaled, clipped, painted or placed out of sight."""
    template = random.choice(_PDF_HIDING if hide else _PDF_SHOWING)
    drawn = template.format(
        w="Secret words" if hide else "Kept words",
        n=random.choice(("0.01", "0.0001", ".05")),
        f=random.choice(("0 g", "0.2 g", "1 0 0 rg")),
    )
    for _ in range(random.randint(0, 2)):
        drawn = f"q 1 0 0 1 0 0 cm {drawn} Q"
    hiding_pdf.pdf(lambda made: made._out(drawn))(path)


FORMATS: dict[str, Made] = {".xlsx": xlsx, ".pptx": pptx, ".rtf": rtf, ".pdf": pdf}
