"""Reads mails (EML, MSG): subject, people, date, text, and the names of attachments."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.markup.html import elements_from_html
from ingestion.readers.text.text_files import elements_from_text

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from oxmsg.recipient import Recipient

_HEADERS = ("From", "Date", "To", "Cc")


def read_eml(path: Path) -> ParsedDocument:
    """A mail in EML format. Attachments are named, not read."""
    with path.open("rb") as file:
        mail = BytesParser(policy=policy.default).parse(file)
    subject = collapse_whitespace(str(mail["Subject"] or ""))
    people = " · ".join(f"{name}: {mail[name]}" for name in _HEADERS if mail[name])
    attached = [name for part in mail.iter_attachments() if (name := part.get_filename())]
    body, hidden = _body_elements(mail)
    return replace(_document_from_mail(path, subject, people, body, attached), hidden=hidden)


def read_msg(path: Path) -> ParsedDocument:
    """A mail in Outlook's format. Attachments are named, not read."""
    from oxmsg import Message

    mail = Message.load(str(path))
    headers = {"From": mail.sender, "Date": mail.message_headers.get("Date") or _format_date(mail.sent_date)}
    headers["To"] = ", ".join(filter(None, (_format_recipient(each) for each in mail.recipients)))
    people = " · ".join(f"{name}: {value}" for name, value in headers.items() if value)
    page = mail.html_body
    body, hidden = elements_from_html(page) if page else (elements_from_text(_tidy_plain_body(mail.body or "")), 0)
    attached = [each.file_name or "" for each in mail.attachments]
    return replace(_document_from_mail(path, collapse_whitespace(mail.subject), people, body, attached), hidden=hidden)


def _format_recipient(recipient: Recipient) -> str:
    return f"{recipient.name} <{recipient.email_address}>" if recipient.email_address else recipient.name


def _format_date(sent: datetime | None) -> str:
    return sent.isoformat(" ", "minutes") if sent else ""


def _tidy_plain_body(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\0", "")


def _document_from_mail(
    path: Path, subject: str, people: str, body: list[Element], attached: list[str]
) -> ParsedDocument:
    elements = [Element(subject, "heading", 1)] if subject else []
    elements += [Element(people)] if people else []
    elements += body
    if names := [name for name in attached if name]:
        elements.append(Element("Attached: " + ", ".join(names)))
    return ParsedDocument(choose_document_title(path, [], subject), None, elements)


def _body_elements(mail: EmailMessage) -> tuple[list[Element], int]:
    """The text of a mail, from HTML if it has any, and the number of hidden places."""
    body = mail.get_body(("html", "plain"))
    if body is None:
        return [], 0
    text: str = body.get_content()
    return elements_from_html(text) if body.get_content_type() == "text/html" else (elements_from_text(text), 0)
