"""Makes small real documents of the formats that are written by hand: ODT, RTF, EPUB, reStructuredText, JSON, XML."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>
</office:automatic-styles><office:body><office:text>
<text:h text:outline-level="1">Congés</text:h>
<text:p>Posez vos congés<text:s text:c="2"/>avant <text:span>mars</text:span>.</text:p>
<text:h text:outline-level="2">Exceptions</text:h>
<text:list><text:list-item><text:p>Mariage</text:p><text:list><text:list-item><text:p>du salarié</text:p>
</text:list-item></text:list></text:list-item></text:list>
<text:p text:style-name="P1">conges --poser</text:p><text:p text:style-name="P1"><text:s text:c="2"/>--jours 5</text:p>
<table:table><table:table-row><table:table-cell><text:p>Motif</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="2"><text:p>Jours</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Naissance</text:p></table:table-cell><table:table-cell><text:p>3</text:p>
</table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>
</office:text></office:body></office:document-content>"""
_META = """<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Guide des congés</dc:title></m>"""
_MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml">{}</manifest:file-entry></manifest:manifest>"""


def odt(path: Path, content: str = ODT, *, locked: bool = False) -> Path:
    """Headings, spaces, nested lists, code, a table whose last cells are repeated to the sheet's end."""
    encryption = "<manifest:encryption-data/>" if locked else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("meta.xml", _META)
        archive.writestr("META-INF/manifest.xml", _MANIFEST.format(encryption))
    return path


def rtf(path: Path) -> Path:
    """A style's heading, an outline level, accents both ways, a bullet, a table."""
    path.write_bytes(
        rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}}
{\stylesheet{\s0 Normal;}{\s1\b\fs32 heading 1;}}{\info{\title Charte du t\'e9l\'e9travail}}
\pard\plain\s1\b\fs32 T\'e9l\'e9travail\par
\pard\plain\s0 Deux jours par semaine, \u8364? 10 par jour.\par
\pard\outlinelevel1 Mat\'e9riel\par
\pard\bullet\tab Un \'e9cran\par
\trowd\cellx3000\cellx6000\intbl Objet\cell D\'e9lai\cell\row
\trowd\cellx3000\cellx6000\intbl \'c9cran\cell 10 jours\cell\row
\pard Fin.\par}"""
    )
    return path


_CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
_BOOK = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Le manuel</dc:title></metadata><manifest>
<item id="b" href="chap%202.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="chap1.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
_CHAPTER = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>x</title></head><body><h1>{}</h1><p>{}</p></body></html>"""


def epub(path: Path, *, locked: bool = False) -> Path:
    """Two chapters in the order of the spine, and a table of contents."""
    protected = "OEBPS/chap1.xhtml" if locked else "OEBPS/font.otf"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("META-INF/encryption.xml", f'<e><CipherReference URI="{protected}"/></e>')
        archive.writestr("OEBPS/book.opf", _BOOK)
        archive.writestr("OEBPS/nav.xhtml", _CHAPTER.format("Contents", "Chapter 1"))
        archive.writestr("OEBPS/chap 2.xhtml", _CHAPTER.format("Fermer", "Éteignez tout."))
        archive.writestr("OEBPS/chap1.xhtml", _CHAPTER.format("Ouvrir", "Allumez la lumière."))
    return path


def rst(path: Path) -> Path:
    """Sections, roles and directives of Sphinx, code, a list, a table, and a file that it must not open."""
    path.write_text(
        "Backups\n=======\n\nBackups run :ref:`nightly <night>` on ``vault``.\n\nRestore\n-------\n\n"
        ".. code-block:: sh\n\n   vault restore \\\n     --last\n\n- ask first\n- then wait\n\n"
        ".. include:: /etc/hostname\n\n.. note:: Tell the desk.\n\n.. a comment\n\n"
        "====  =====\nSite  Hours\n====  =====\nLyon  2\n====  =====\n",
        encoding="utf-8",
    )
    return path


def json(path: Path) -> Path:
    """Values, a list of like records, something nested, numbers as written."""
    path.write_text(
        '{"title": "Machines", "version": 1.10, "active": true, "hosts": [{"name": "web1", "ip": "10.0.0.1"},'
        ' {"name": "web2", "ip": "10.0.0.2"}], "owner": {"team": "Ops", "tags": ["night", "day"]}}',
        encoding="utf-8",
    )
    return path


def xml(path: Path) -> Path:
    """Prose with tags inside, and records."""
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?><guide><title>Accès</title><section id="a"><title>Badges</title>'
        "<para>Rendez le <b>badge</b> au départ.</para></section>"
        '<door code="1"><room>Hall</room></door><door code="2"><room>Cave</room></door></guide>',
        encoding="utf-8",
    )
    return path
