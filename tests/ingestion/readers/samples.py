"""Makes small real documents, one function for each format."""

from __future__ import annotations

import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

from tests.ingestion.readers import binary_workbooks, small_files
from tests.ingestion.readers.compound_files import message, write_compound
from tests.ingestion.readers.phone_picture import heic
from tests.ingestion.readers.samples_by_hand import ODT as ODT
from tests.ingestion.readers.samples_by_hand import epub as epub
from tests.ingestion.readers.samples_by_hand import json as json
from tests.ingestion.readers.samples_by_hand import odt as odt
from tests.ingestion.readers.samples_by_hand import rst as rst
from tests.ingestion.readers.samples_by_hand import rtf as rtf
from tests.ingestion.readers.samples_by_hand import xml as xml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARAGRAPH = (
    "Every colleague may work from home two days a week, and three days after six months. The days are agreed "
    "with the manager and entered in the portal before Thursday noon. A day that was not taken is lost. "
)


def pdf(path: Path, *, title: str = "", outline: bool = True) -> Path:
    """Two chapters on two pages, with a running header, a table, code and a list."""
    from fpdf import FPDF

    class Manual(FPDF):
        def header(self) -> None:
            self.set_font("helvetica", size=8)
            self.cell(0, 10, "Remote work, version 4", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("helvetica", size=8)
            self.cell(0, 10, f"Maison Lumiere   Page {self.page_no()}")

    made = Manual()
    if title:
        made.set_title(title)
    for chapter in ("1. Who may work from home", "2. Equipment", "3. Contacts"):
        made.add_page()
        if outline:
            made.start_section(chapter)
        made.set_font("helvetica", style="B", size=18)
        made.cell(0, 12, chapter, new_x="LMARGIN", new_y="NEXT")
        made.set_font("helvetica", size=11)
        made.multi_cell(0, 6, PARAGRAPH * 2, new_x="LMARGIN", new_y="NEXT")
    _pdf_details(made)
    made.output(str(path))
    return path


_PARTS = ("", "Hiring", "Leave", "Travel")


def long_pdf(path: Path, *, chapters: int, outline: bool = True) -> Path:
    """Chapters of five pages, the middle three of which start a part each."""
    from fpdf import FPDF

    made = FPDF()
    made.set_title("Long manual")
    for chapter in range(1, chapters + 1):
        for page in range(5):
            made.add_page()
            made.set_font("helvetica", size=8)
            made.cell(0, 10, f"The running head, page {made.page_no()}", new_x="LMARGIN", new_y="NEXT")
            if page < 4:
                title = f"{chapter}.{page}. {_PARTS[page]}" if page else f"{chapter}. Chapter {chapter} of many"
                if outline:
                    made.start_section(title, level=1 if page else 0)
                made.set_font("helvetica", style="B", size=14 if page else 20)
                made.cell(0, 12, title, new_x="LMARGIN", new_y="NEXT")
            made.set_font("helvetica", size=11)
            made.multi_cell(0, 6, f"Case {chapter}-{page}. {PARAGRAPH}", new_x="LMARGIN", new_y="NEXT")
    made.output(str(path))
    return path


def _pdf_details(made: object) -> None:
    from fpdf import FPDF
    from fpdf.fonts import FontFace

    assert isinstance(made, FPDF)
    made.ln(6)
    made.set_font("courier", size=10)
    for line in ("def hello():", '    print("bonjour")', "", "hello()"):
        made.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    made.ln(6)
    made.set_font("helvetica", size=10)
    for item in ("Ask the desk for a screen.", "Bring the laptop back."):
        made.cell(0, 6, f"- {item}", new_x="LMARGIN", new_y="NEXT")
    made.ln(6)
    rows = [
        ("Item", "Who gives it", "Delay"),
        ("Laptop", "the house", "first day"),
        ("Screen of 27 inches for the desk at home", "on loan", "10 days"),
    ]
    with made.table(headings_style=FontFace(emphasis="BOLD")) as table:
        for row in rows:
            table.row(row)


def scan(path: Path, pages: int = 1) -> Path:
    """Pages that hold a picture and no text."""
    from fpdf import FPDF
    from PIL import Image

    made = FPDF()
    for _ in range(pages):
        made.add_page()
        made.image(Image.new("L", (200, 100), 200), x=10, y=10, w=100)
    made.output(str(path))
    return path


def locked_pdf(path: Path) -> Path:
    """A PDF that asks for a password."""
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.cell(0, 10, "A secret")
    made.set_encryption(owner_password="owner", user_password="user")
    made.output(str(path))
    return path


def docx(path: Path, title: str = "") -> Path:
    """Headings of two depths, a list, a table, a header and a footer."""
    from docx import Document

    made = Document()
    made.core_properties.title = title
    made.sections[0].header.paragraphs[0].text = "Confidential"
    made.add_heading("Expense policy", 0)
    made.add_heading("1. Hotels", 1)
    made.add_paragraph("A night costs at most 125 euros.")
    made.add_heading("1.1 Cities", 2)
    made.add_paragraph("Lyon", style="List Bullet")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("City", "Limit", "Paris", "165"), strict=True):
        cell.text = text
    made.save(str(path))
    return path


def pptx(path: Path) -> Path:
    """A slide with points and notes, and one with a table."""
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Strategy 2027"
    slide.placeholders[1].text = "Open a shop in Lyon\nHire twelve people, and train them well before spring."
    slide.notes_slide.notes_text_frame.text = "Say that the budget is voted."
    slide = made.slides.add_slide(made.slide_layouts[5])
    table = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for n, text in enumerate(("Post", "Amount", "Rent", "120")):
        table.cell(n // 2, n % 2).text = text
    slide.shapes.title.text = "Budget"
    made.save(str(path))
    return path


def xlsx(path: Path) -> Path:
    """Two sheets with text between two tables, and an empty sheet."""
    from openpyxl import Workbook

    made = Workbook()
    prices = made.active
    prices.title = "Prices"
    for row in (["Product", "Price", "Since"], ["Lamp", 10.5, datetime.date(2026, 1, 2)], [], []):
        prices.append(row)
    for row in (["Prices are without tax"], [], ["City", "Code"], ["Lyon", "069"]):
        prices.append(row)
    made.create_sheet("Empty")
    contacts = made.create_sheet("Contacts")
    contacts.append(["Name", "Phone"])
    contacts.append(["Ana", "0102"])
    made.save(str(path))
    return path


def html(path: Path) -> Path:
    """A page in an older encoding that it names itself."""
    page = """<html><head><meta charset="iso-8859-15"><title>Sécurité &amp; accès</title></head><body>
    <h1>Sécurité</h1><p>Verrouillez <b>votre</b> poste.</p><h2>Mots de passe</h2>
    <ul><li>12 caractères</li><li>Coût&nbsp;: 0 €</li></ul><pre>ssh-keygen -t ed25519
  -C "moi"</pre><table><tr><th>Rôle</th><th>Accès</th></tr><tr><td>Admin</td><td>Tout</td></tr></table>
    </body></html>"""
    path.write_bytes(page.encode("iso-8859-15"))
    return path


def markdown(path: Path) -> Path:
    """Headings, a list right under a paragraph, a fenced block inside an item, a table."""
    path.write_text(
        "# On call\n\nIntroduction:\n- one\n- two\n\n## Runbook\n\n1. Look:\n\n"
        "   ```bash\n   lumen file --site lyon\n     | sort\n   ```\n\n2. Wait\n\n"
        "| Week | Who |\n|---|---|\n| S02 | Ana |\n",
        encoding="utf-8",
    )
    return path


def text(path: Path) -> Path:
    """A notice in the code page of an older Windows."""
    notice = "PROCÉDURE SINISTRE\n\n1. PREMIERS GESTES\n\nCouper l'eau à l'entrée.\n\n- Appeler Théo\n- Évacuer\n"
    path.write_bytes(notice.encode("cp1252"))
    return path


def csv(path: Path) -> Path:
    """Semicolons, leading zeros, a row too long."""
    path.write_text("Nom;Poste;Ville\nAna;0012;Lyon\nBob;0345;NA;extra\n", encoding="utf-8")
    return path


def tsv(path: Path) -> Path:
    """Tabs."""
    path.write_text("Nom\tVille\nAna\tLyon\n", encoding="utf-8")
    return path


def eml(path: Path) -> Path:
    """A mail in two versions, with something attached."""
    mail = EmailMessage()
    mail["Subject"] = "Réunion de lundi"
    mail["From"] = "Ana <ana@maison.example>"
    mail["To"] = "bob@maison.example"
    mail["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    mail.set_content("Bonjour,\n\nversion simple\n")
    mail.add_alternative("<p>Bonjour,</p><p>La réunion est à <b>10 h</b>.</p>", subtype="html")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="ordre du jour.pdf")
    path.write_bytes(bytes(mail))
    return path


def msg(path: Path) -> Path:
    """A message as Outlook saves it, with something attached."""
    body = "Bonjour,\r\n\r\nla réunion est à 10 h.\r\n"
    return write_compound(path, message("Réunion de lundi", body, "ana@maison.example", "ordre du jour.pdf"))


def picture(path: Path, *texts: str) -> Path:
    """A picture of words, or several in a TIFF."""
    from PIL import Image, ImageDraw, ImageFont

    frames = []
    for text in texts or ("The vault opens at nine.",):
        frame = Image.new("RGB", (1000, 200), "white")
        ImageDraw.Draw(frame).text((40, 60), text, fill="black", font=ImageFont.load_default(size=60))
        frames.append(frame)
    if path.suffix in (".tif", ".tiff"):
        frames[0].save(path, save_all=True, append_images=frames[1:], compression="tiff_deflate")
    else:
        frames[0].save(path)
    return path


def old_office(path: Path) -> Path:
    """A Word or PowerPoint file of before 2007, written by LibreOffice."""
    from ingestion.readers.old_office.libreoffice import convert_document

    is_word = path.suffix in (".doc", ".dot")
    new = docx(path.with_suffix(".docx")) if is_word else pptx(path.with_suffix(".pptx"))
    path.write_bytes(convert_document(new, ".doc" if is_word else ".ppt"))
    new.unlink()
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    ".pdf": pdf,
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), docx),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), pptx),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), xlsx),
    ".html": html,
    ".htm": html,
    ".md": markdown,
    ".markdown": markdown,
    ".txt": text,
    ".csv": csv,
    ".tsv": tsv,
    ".eml": eml,
    ".odt": odt,
    ".rtf": rtf,
    ".epub": epub,
    ".rst": rst,
    ".json": json,
    ".xml": xml,
    ".msg": msg,
    **dict.fromkeys((".xhtml",), html),
    **dict.fromkeys((".mhtml", ".mht"), eml),
    **dict.fromkeys((".jsonl", ".ndjson"), json),
    **dict.fromkeys((".webp", ".bmp", ".gif"), picture),
    **dict.fromkeys((".heic", ".heif"), heic),
    **dict.fromkeys((".doc", ".dot", ".ppt", ".pps", ".pot"), old_office),
    **dict.fromkeys((".xls", ".xlt"), binary_workbooks.xls),
    ".xlsb": binary_workbooks.xlsb,
    **small_files.MAKERS,
    ".png": picture,
    ".jpg": picture,
    ".jpeg": picture,
    ".tif": picture,
    ".tiff": picture,
}
