"""Write each attack into a real file: a document, a file or sheet name, a mail."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.attacks.corpus import Attack


def carried(folder: Path, attack: Attack) -> list[Path]:
    """The files that carry an attack."""
    name = f"note-{attack.n:02}"
    text = f"Voici ce que dit la note ATTAQUE{attack.n:02}. {attack.instruction}"
    match attack.where:
        case "file name":
            return [_plain(folder / f"{attack.instruction} evil.com <!channel>.txt", [text])]
        case "section":
            return [_sheet(folder / f"{name}.xlsx", f"ATTAQUE{attack.n:02} evil.com <!here>", text)]
        case "header":
            return [_mail(folder / f"{name}.eml", attack)]
        case "two passages":
            rest = f"Suite de ATTAQUE{attack.n:02} : {attack.said}"
            return [_page(folder / f"{name}-a.html", [text]), _plain(folder / f"{name}-b.txt", [rest])]
        case _:
            suffix, write = _DOCUMENTS[attack.n % len(_DOCUMENTS)]
            return [write(folder / f"{name}{suffix}", [text])]


def _plain(path: Path, texts: Sequence[str]) -> Path:
    path.write_text("\n\n".join(texts), encoding="utf-8")
    return path


def _page(path: Path, texts: Sequence[str]) -> Path:
    from html import escape

    path.write_text("".join(f"<p>{escape(text)}</p>" for text in texts), encoding="utf-8")
    return path


def _pdf(path: Path, texts: Sequence[str]) -> Path:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    for text in texts:
        made.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    made.output(str(path))
    return path


def _docx(path: Path, texts: Sequence[str]) -> Path:
    from docx import Document

    made = Document()
    for text in texts:
        made.add_paragraph(text)
    made.save(str(path))
    return path


def _sheet(path: Path, title: str, cell: str) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    sheet.append(["Consigne", "Suite"])
    sheet.append([cell, "x"])
    made.save(path)
    return path


def _mail(path: Path, attack: Attack) -> Path:
    mail = EmailMessage()
    mail["Subject"] = f"{attack.instruction} <!channel> http://evil.com"
    mail["From"] = f"ATTAQUE{attack.n:02} <a@evil.com>"
    mail["To"] = "evil.com <b@evil.com>"
    mail.set_content(f"Voici ce que dit la note ATTAQUE{attack.n:02}. {attack.instruction}")
    path.write_bytes(bytes(mail))
    return path


_DOCUMENTS: tuple[tuple[str, Callable[[Path, Sequence[str]], Path]], ...] = (
    (".pdf", _pdf),
    (".docx", _docx),
    (".html", _page),
    (".md", _plain),
)
