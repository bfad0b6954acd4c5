"""Reads mails (EML, MHTML, MBOX, MSG): subject, people, date, every body and part, and what is attached."""

from __future__ import annotations

import mailbox
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from typing import TYPE_CHECKING

from ingestion.readers.containers.contained_files import ContainedFiles
from ingestion.readers.containers.outlook_text import BODY, HTML_BODY, SENDER, SUBJECT, OutlookText
from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.markup.html import elements_from_html
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.text.text_files import elements_from_text

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message as AnyMessage
    from pathlib import Path

    from oxmsg import Message
    from oxmsg.recipient import Recipient

_HEADERS = ("From", "Date", "To", "Cc")
_MAX_DEPTH = 10  # of parts within parts
_MAX_MAILS = 5_000  # of one mailbox
_UNDECODABLE = (UnicodeError, LookupError, ValueError, AttributeError, AssertionError, MessageError)


def read_eml(path: Path) -> ParsedDocument:
    """A mail in EML format, or a web page in MHTML."""
    with path.open("rb") as file:
        mail = BytesParser(policy=policy.default).parse(file)
    subject = _header(mail, "Subject")
    found = _MailParts()
    found.add_mail(mail)
    return ParsedDocument(choose_document_title(path, [], subject), None, found.finish(), hidden=found.hidden)


def read_mbox(path: Path) -> ParsedDocument:
    """A mailbox: one section for each mail."""
    found = _MailParts()
    box = mailbox.mbox(path, create=False)
    try:
        for number, message in enumerate(box):
            if number >= _MAX_MAILS:
                break
            found.add_mail(BytesParser(policy=policy.default).parsebytes(message.as_bytes()))
    finally:
        box.close()
    return ParsedDocument(choose_document_title(path, []), None, found.finish(), hidden=found.hidden)


@dataclass(slots=True)
class _MailParts:
    """Collects the elements of mails, then those of what is attached."""

    elements: list[Element] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    files: ContainedFiles = field(default_factory=ContainedFiles)
    _hidden: int = 0

    @property
    def hidden(self) -> int:
        """The number of places of hidden text."""
        return self._hidden + self.files.hidden

    def add_mail(self, mail: EmailMessage, depth: int = 0) -> None:
        """Add the subject, people and parts of a mail."""
        people = " · ".join(f"{name}: {value}" for name in _HEADERS if (value := _header(mail, name)))
        self.add_head(_header(mail, "Subject"), people, level=1 + (depth > 0))
        self._add_part(mail, depth)

    def add_head(self, subject: str, people: str, level: int = 1) -> None:
        """Add the subject as a heading, and the line with people and date."""
        self.elements += [Element(subject, "heading", level)] if subject else []
        self.elements += [Element(people)] if people else []

    def add_page(self, html: str) -> None:
        """Add a body in HTML."""
        body, places = elements_from_html(html)
        self.elements += body
        self._hidden += places

    def attach(self, name: str, content: bytes | None) -> None:
        """Note a file, and read it."""
        if not name:
            return
        self.attached.append(name)
        if content:
            self.files.add_file(name, content)

    def finish(self) -> list[Element]:
        """The elements in order: the mails, the names of what is attached, and its words."""
        named = [Element("Attached: " + ", ".join(self.attached))] if self.attached else []
        return [*self.elements, *named, *self.files.elements]

    def _add_part(self, part: AnyMessage, depth: int) -> None:
        kind = part.get_content_type()
        if depth > _MAX_DEPTH:
            return
        if kind == "multipart/alternative":
            self._add_best(part, depth)
        elif kind.startswith("message/"):
            self._add_inner_mails(part, depth)
        elif part.is_multipart():
            for inner in _children(part):
                self._add_part(inner, depth + 1)
        elif part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            self.attach(_file_name(part), _bytes_of(part))
        elif text := _text_of(part):
            if kind == "text/html":
                self.add_page(text)
            else:
                self.elements += elements_from_text(text)

    def _add_inner_mails(self, part: AnyMessage, depth: int) -> None:
        """Add forwarded mails, or what a server reports of a delivery."""
        for inner in _children(part):
            if part.get_content_type() == "message/rfc822" and isinstance(inner, EmailMessage):
                self.add_mail(inner, depth + 1)
            elif lines := [f"{name}: {_header(inner, name)}" for name in inner]:
                self.elements.append(Element("\n".join(lines)))

    def _add_best(self, part: AnyMessage, depth: int) -> None:
        """Add the richest of several forms of the same words: the last one that can be read."""
        children = list(_children(part))
        readable = [each for each in children if each.is_multipart() or each.get_content_maintype() == "text"]
        told = [each for each in readable if each.is_multipart() or each.get_content_subtype() in ("html", "plain")]
        for chosen in reversed(told or readable):
            before = len(self.elements) + len(self.attached)
            self._add_part(chosen, depth + 1)
            if len(self.elements) + len(self.attached) > before:
                return


def _children(part: AnyMessage) -> list[AnyMessage]:
    payload = part.get_payload()
    return [each for each in payload if not isinstance(each, str)] if isinstance(payload, list) else []


def _header(mail: AnyMessage, name: str) -> str:
    try:
        return collapse_whitespace(str(mail[name] or ""))
    except _UNDECODABLE:  # a header that breaks the rules costs only itself
        return ""


def _file_name(part: AnyMessage) -> str:
    try:
        return collapse_whitespace(part.get_filename() or "")
    except _UNDECODABLE:
        return ""


def _bytes_of(part: AnyMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except _UNDECODABLE:
        return b""
    return content if isinstance(content, bytes) else b""


def _text_of(part: AnyMessage) -> str:
    """The words of a part; where its character set is unknown or wrong, by what its bytes look like."""
    content = _bytes_of(part)
    try:
        return content.decode(part.get_content_charset() or "ascii").replace("\r\n", "\n")
    except _UNDECODABLE:
        return decode_text(content, declares=part.get_content_type() == "text/html")


def read_msg(path: Path) -> ParsedDocument:
    """A mail in Outlook's format."""
    from oxmsg import Message

    mail = Message.load(str(path))
    words = OutlookText.load(path, mail)
    headers = {"From": _sender(mail, words), "Date": _date(mail)}
    headers["To"] = ", ".join(filter(None, (_format_recipient(each) for each in _recipients(mail))))
    found = _MailParts()
    subject = collapse_whitespace(words.read(SUBJECT))
    found.add_head(subject, " · ".join(f"{name}: {value}" for name, value in headers.items() if value))
    if page := words.read(HTML_BODY):
        found.add_page(page)
    else:
        found.elements += elements_from_text(words.read(BODY).replace("\r\n", "\n").replace("\0", ""))
    for each in mail.attachments:
        found.attach(each.file_name or "", each.file_bytes)
    return ParsedDocument(choose_document_title(path, [], subject), None, found.finish(), hidden=found.hidden)


def _sender(mail: Message, words: OutlookText) -> str:
    try:
        return mail.sender or words.read(SENDER)
    except _UNDECODABLE:  # its address is in another code page than it says
        return words.read(SENDER)


def _recipients(mail: Message) -> list[Recipient]:
    try:
        return list(mail.recipients)
    except _UNDECODABLE:
        return []


def _date(mail: Message) -> str:
    try:
        return mail.message_headers.get("Date") or _format_date(mail.sent_date)
    except _UNDECODABLE:
        return ""


def _format_recipient(recipient: Recipient) -> str:
    return f"{recipient.name} <{recipient.email_address}>" if recipient.email_address else recipient.name


def _format_date(sent: datetime | None) -> str:
    return sent.isoformat(" ", "minutes") if sent else ""
