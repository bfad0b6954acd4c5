"""Writes Word files whose words stand outside plain paragraphs."""

from __future__ import annotations

import zipfile
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph with one run."""
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def text_box(text: str, *, fill: str = "", hidden: str = "", properties: str = "") -> str:
    """A paragraph with a text box, in the newer form and in the older one."""
    plain = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else ""
    box = f"<w:txbxContent>{paragraph(text, properties)}</w:txbxContent>"
    new = (
        f'<w:drawing><wp:anchor><wp:docPr id="1" name="b"{hidden}/><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:spPr>{plain}</wps:spPr><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )
    old = f"<w:pict><v:rect><v:textbox>{box}</v:textbox></v:rect></w:pict>"
    forms = f"<mc:Choice Requires='wps'>{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
    both = f"<mc:AlternateContent>{forms}</mc:AlternateContent>"
    return f"<w:p><w:r>{both if not hidden else new}</w:r></w:p>"


def write_word_file(
    path: Path, body: str, parts: Mapping[str, tuple[str, str]] = MappingProxyType({}), *, strict: bool = False
) -> Path:
    """A Word file with this body. Each of `parts` is the kind of its relation and its content; its id is its name."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    if path.suffix == ".docm":
        main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    if path.suffix == ".dotx":
        main = main.replace("document.main", "template.main")
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_KINDS}/{kind}" Target="{name}.xml"/>' for name, (kind, _) in parts.items()
    )
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    wrapped = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    own = f'<Relationship Id="r1" Type="{_KINDS}/officeDocument" Target="word/document.xml"/>'
    written = {
        "[Content_Types].xml": f'{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": wrapped.format(own),
        "word/document.xml": f"{head}<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": wrapped.format(relations),
    }
    written |= {f"word/{name}.xml": content for name, (_, content) in parts.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in written.items():
            if strict:
                content = content.replace(
                    "http://schemas.openxmlformats.org/officeDocument/2006/", _purl("officeDocument")
                )
                content = content.replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/", _purl("wordprocessingml")
                )
            archive.writestr(name, content)
    return path


def _purl(part: str) -> str:
    return f"http://purl.oclc.org/ooxml/{part}/"


def story(root: str, content: str) -> str:
    """A part of notes, comments or a margin."""
    return f"<w:{root} {_NAMESPACES}>{content}</w:{root}>"
