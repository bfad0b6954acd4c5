"""Pages, mails, books and texts that hide the word Secret beside the word Seen, or show the word Kept in a rare way."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Maker = Callable[[Path], object]

_PAGE = "<html><head><title>Page</title>{head}</head><body><p>Seen.</p>{body}<p>Seen too.</p></body></html>"


def page(body: str, head: str = "") -> Maker:
    """A web page."""
    return lambda path: path.write_text(_PAGE.format(head=head, body=body), encoding="utf-8")


def text(words: str) -> Maker:
    """A file that is mere text."""
    return lambda path: path.write_text(words, encoding="utf-8")


def mail(body: str) -> Maker:
    """A mail whose body is a web page."""

    def make(path: Path) -> None:
        made = EmailMessage()
        made["Subject"] = "Seen"
        made["From"] = "Ana <ana@maison.example>"
        made.set_content("plain")
        made.add_alternative(_PAGE.format(head="", body=body), subtype="html")
        path.write_bytes(bytes(made))

    return make


def book(css: str, body: str) -> Maker:
    """A book whose chapter links a style sheet."""

    def make(path: Path) -> None:
        samples.epub(path)
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        link = '<link rel="stylesheet" href="styles/a.css"/>'
        parts["OEBPS/chap1.xhtml"] = _PAGE.format(head=link, body=body).encode()
        parts["OEBPS/styles/a.css"] = css.encode()
        with zipfile.ZipFile(path, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content)

    return make


_FO = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:style='


def odt(body: str, *styles: str) -> Maker:
    """A text of LibreOffice with these styles of its own."""
    made = samples.ODT.replace("xmlns:style=", _FO)
    made = made.replace("</office:automatic-styles>", f"{''.join(styles)}</office:automatic-styles>")
    made = made.replace("<office:text>", f"<office:text><text:p>Seen.</text:p>{body}")
    return lambda path: samples.odt(path, made)


def rtf(body: str) -> Maker:
    """A rich text."""
    return lambda path: path.write_bytes(rf"{{\rtf1\ansi Seen.\par {body}\par Seen too.\par}}".encode("latin-1"))


def _span(properties: str) -> str:
    return f'<style:style style:name="S" style:family="text"><style:text-properties {properties}/></style:style>'


_S = '<text:p>Seen <text:span text:style-name="S">{}</text:span> beside.</text:p>'
_DARK_CELL = (
    '<style:style style:name="C" style:family="table-cell"><style:table-cell-properties '
    'fo:background-color="#002060"/></style:style>'
)
_CELL = (
    '<table:table><table:table-row><table:table-cell table:style-name="C"><text:p><text:span text:style-name="S">'
    "Kept</text:span></text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell>"
    "</table:table-row></table:table>"
)
_SENTENCE = "Secret words that tell the model what it must do"

HIDDEN: dict[str, tuple[str, Maker]] = {
    "zero-width characters": (".txt", text("Seen a\u200b\u200cb\u200b words.")),
    "tags": (".md", text("# Seen\n\nWords\U000e0053\U000e0065 here.")),
    "bidi controls": (".csv", text("Name,Code\nSeen,a\u202eb\u202c\n")),
    "variation selectors": (".json", text('{"Seen": "x\ufe00\ufe01\U000e0100\U000e0101y"}')),
    "display": (".html", page('<p style="display: none">Secret</p>')),
    "display, important": (".html", page('<p style="display:none!important;display:block">Secret</p>')),
    "visibility": (".htm", page('<p>a <span style="visibility:hidden">Secret</span> b</p>')),
    "the attribute": (".html", page("<div hidden><p>Secret</p><p>Secret</p></div>")),
    "size": (".html", page('<div style="font-size:0">Secret</div>')),
    "size of a pixel": (".html", page('<p><font style="font: 1px serif">Secret</font></p>')),
    "white on white": (".html", page('<p style="color:#fefefe">Secret</p>')),
    "the page's own colour": (
        ".html",
        page('<p style="color:#112">Secret</p>', "<style>body{background:#112}</style>"),
    ),
    "an old page's colours": (
        ".html",
        page('<table bgcolor="#000000"><tr><td><font color="#000">Secret</font></table>'),
    ),
    "no colour": (".html", page('<p style="color:rgba(0,0,0,0)">Secret</p>')),
    "no opacity": (".html", page('<p style="opacity:0">Secret</p>')),
    "off the screen": (".html", page('<p style="position:absolute;left:-9999px">Secret</p>')),
    "indented away": (".html", page('<p style="text-indent:-9999px">Secret</p>')),
    "clipped": (".html", page('<p style="position:absolute;clip:rect(0,0,0,0)">Secret</p>')),
    "a class": (".html", page('<p class="x h">Secret</p>', "<style>/* a */ p.h, i { display:none }</style>")),
    "an id": (".html", page('<p id="h">Secret</p>', "<style>@import url(x);#h{visibility:hidden}</style>")),
    "words in a progress bar": (".html", page("<progress>Secret</progress>")),
    "words in a meter": (".html", page("<meter>Secret</meter>")),
    "a template": (".html", page("<template><p>Secret</p></template>")),
    "a closed dialog": (".html", page("<dialog>Secret</dialog>")),
    "a comment": (".html", page(f"<!-- {_SENTENCE} -->")),
    "HTML in Markdown": (".md", text('# Seen\n\nOne <span style="display:none">Secret</span> two.\n')),
    "a mail": (".eml", mail('<div style="display:none;max-height:0">Secret</div>')),
    "a book's style sheet": (".epub", book(".h{display:none}", '<p class="h">Secret</p>')),
    "vanished in RTF": (".rtf", rtf(r"One \v Secret {\b Secret}\v0  two.")),
    "a group in RTF": (".rtf", rtf(r"One {\v1 Secret \'e9} two.")),
    "an ODT section": (".odt", odt('<text:section text:display="none"><text:p>Secret</text:p></text:section>')),
    "an ODT field": (
        ".odt",
        odt('<text:p>Seen <text:hidden-text text:is-hidden="true">Secret</text:hidden-text></text:p>'),
    ),
    "an ODT paragraph": (".odt", odt('<text:p><text:hidden-paragraph text:is-hidden="true"/>Secret</text:p>')),
    "a covered ODT cell": (
        ".odt",
        odt(
            "<table:table><table:table-row><table:table-cell><text:p>Seen</text:p></table:table-cell>"
            "<table:covered-table-cell><text:p>Secret</text:p></table:covered-table-cell></table:table-row></table:table>"
        ),
    ),
    "an ODT style": (".odt", odt(_S.format("Secret"), _span('text:display="none"'))),
    "white in ODT": (".odt", odt(_S.format("Secret"), _span('fo:color="#ffffff"'))),
    "tiny in ODT": (".odt", odt(_S.format("Secret"), _span('fo:font-size="1pt"'))),
    "tiny in ODT, in inches": (".odt", odt(_S.format("Secret"), _span('fo:font-size="0.005in"'))),
    "the colour of its cell in ODT": (
        ".odt",
        odt(_CELL.replace("Kept", "Secret"), _span('fo:color="#002060"'), _DARK_CELL),
    ),
    "a collapsed row in ODT": (
        ".odt",
        odt(
            '<table:table><table:table-row table:visibility="collapse"><table:table-cell><text:p>Secret</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        ),
    ),
}

SHOWN: dict[str, tuple[str, Maker]] = {
    "accents": (".txt", text("e\u0301te\u0301 Kept")),
    "a family of emoji": (".txt", text("Kept \U0001f469\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f 1\ufe0f\u20e3")),
    "Persian": (".txt", text("Kept \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")),
    "Hebrew with a mark of direction": (".txt", text("Kept \u05e9\u05dc\u05d5\u05dd\u200f!")),
    "soft hyphens": (".html", page("<p>Kept so\u00adft hy&shy;phen</p>")),
    "narrow spaces": (".md", text("Kept\n\nPrix\u202f: 3\u202f000\u00a0€")),
    "a file's mark of order": (".txt", lambda path: path.write_bytes(b"\xef\xbb\xbfKept")),
    "a dark page": (".html", page('<p style="color:#fff">Kept</p>', "<style>body{background:#111;color:#eee}</style>")),
    "a dark box": (".html", page('<div style="background:#223 none;color:white"><p>Kept</p></div>')),
    "a white heading row": (
        ".html",
        page('<table><tr style="background-color:navy"><th style="color:#fff">Kept</table>'),
    ),
    "large in a box of size 0": (".html", page('<div style="font-size:0"><b style="font-size:16px">Kept</b></div>')),
    "seen within unseen": (".html", page('<p style="visibility:hidden"><b style="visibility:visible">Kept</b></p>')),
    "a later rule": (".html", page('<p class="m n">Kept</p>', "<style>.m{display:none} .n{display:block}</style>")),
    "comments for programs": (
        ".html",
        page("<!-- wp:paragraph --><p>Kept</p><!--[if mso]> one two three four <![endif]-->"),
    ),
    "code in Markdown": (".md", text('Text\n\n```html\n<p style="display:none">Kept</p>\n```\n')),
    "a word such as \\view in RTF": (".rtf", rtf(r"\viewkind4 Kept \'e9")),
    "white on a dark cell in ODT": (".odt", odt(_CELL, _span('fo:color="#ffffff"'), _DARK_CELL)),
    "a dark book": (".epub", book("body{background:#000}p{color:#fff}", "<p>Kept</p>")),
}

DOUBTFUL: dict[str, tuple[str, Maker]] = {
    "white on a highlight in RTF": (
        ".rtf",
        rtf(r"{\colortbl;\red255\green255\blue255;\red0\green0\blue99;} One {\cf1\highlight2 Kept} two."),
    ),
    "hidden on paper": (".html", page('<p class="n">Kept</p>', "<style>@media print{.n{display:none}}</style>")),
    "hidden on a phone": (
        ".html",
        page('<p class="n">Kept</p>', "<style>@media (max-width: 600px){.n{font-size:0}}</style>"),
    ),
    "shown after a click": (
        ".html",
        page('<p class="t">Kept</p>', "<style>.t{display:none}.on .t{display:block}</style>"),
    ),
    "white on a picture": (".html", page('<div style="background:url(x.png);color:#fff">Kept</div>')),
    "white with a linked sheet": (
        ".html",
        page('<p style="color:#fff">Kept</p>', '<link rel="stylesheet" href="x.css">'),
    ),
    "under an opaque box": (
        ".html",
        page('<div style="position:relative">Kept<p style="position:absolute;inset:0;background:#fff"></p></div>'),
    ),
    "masked": (".html", page('<p style="mask-image:linear-gradient(transparent,transparent)">Kept</p>')),
    "a variable that nobody sets": (".md", text('# A\n\n<p style="opacity:attr(data-o)">Kept</p>\n')),
    "drawn": (".html", page('<svg><text style="fill:white">Kept</text></svg><p style="z-index:-1">Kept</p>')),
}
