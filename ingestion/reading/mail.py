"""Read a mail: its subject, who wrote to whom and when, its text, and the names of what is attached."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

from ingestion.reading.elements import Element, Reading, fold
from ingestion.reading.plain import text_elements
from ingestion.reading.titles import title_of
from ingestion.reading.web import html_elements

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

_HEADERS = ("From", "Date", "To", "Cc")


def read_mail(path: Path) -> Reading:
    """A mail as saved by a mail program. What is attached is named, not read."""
    with path.open("rb") as file:
        mail = BytesParser(policy=policy.default).parse(file)
    subject = fold(str(mail["Subject"] or ""))
    elements = [Element(subject, "heading", 1)] if subject else []
    elements.append(Element(" · ".join(f"{name}: {mail[name]}" for name in _HEADERS if mail[name])))
    elements += _body(mail)
    if names := [name for part in mail.iter_attachments() if (name := part.get_filename())]:
        elements.append(Element("Attached: " + ", ".join(names)))
    return Reading(title_of(path, [], subject), None, elements)


def _body(mail: EmailMessage) -> list[Element]:
    """The text of a mail, its HTML rather than its plain version."""
    body = mail.get_body(("html", "plain"))
    if body is None:
        return []
    text: str = body.get_content()
    return html_elements(text) if body.get_content_type() == "text/html" else text_elements(text)
