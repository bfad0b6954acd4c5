"""Reads mails (EML, MHTML, MBOX, MSG): subject, people, date, every body and part; attachments become members."""

from __future__ import annotations

import mailbox
import mimetypes
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.message import Message as AnyMessage
from email.parser import BytesParser
from pathlib import Path, PurePath

from ingestion.readers.containers.contained_files import ContainedFiles, is_readable_name
from ingestion.readers.containers.outlook_text import BODY, HTML_BODY, SUBJECT, OutlookMessage, open_outlook_message
from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.markup.html import elements_from_html
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.text.rtf import parse_rtf
from ingestion.readers.text.text_files import elements_from_text

_HEADERS = ("From", "Date", "To", "Cc")
_SUFFIXES = {"text/calendar": ".ics", "text/vcard": ".vcf", "text/csv": ".csv"}
_MAX_DEPTH = 10  # of parts within parts
_MAX_MAILS = 5_000  # of one mailbox
_UNDECODABLE = (UnicodeError, LookupError, ValueError, AttributeError, AssertionError, MessageError)


def read_eml(path: Path) -> ParsedDocument:
    """A mail in EML format, or a web page in MHTML."""
    with path.open("rb") as file:
        mail = BytesParser(policy=policy.default).parse(file)
    subject = _header(mail, "Subject")
    found = _MailParts(ContainedFiles(path.name))
    found.add_mail(mail)
    return found.make_document(choose_document_title(path, [], subject))


def read_mbox(path: Path) -> ParsedDocument:
    """A mailbox: one section for each mail."""
    found = _MailParts(ContainedFiles(path.name))
    box = mailbox.mbox(path, create=False)
    try:
        for number, message in enumerate(box):
            if number >= _MAX_MAILS:
                break
            found.add_mail(BytesParser(policy=policy.default).parsebytes(message.as_bytes()))
    finally:
        box.close()
    return found.make_document(choose_document_title(path, []))


@dataclass(slots=True)
class _MailParts:
    """Collects the elements of mails, and the files that are attached to them."""

    files: ContainedFiles
    elements: list[Element] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    _hidden: int = 0

    def add_mail(self, mail: EmailMessage, depth: int = 0) -> None:
        """Add the subject, people and parts of a mail."""
        people = " · ".join(f"{name}: {value}" for name in _HEADERS if (value := _header(mail, name)))
        self.add_head(_header(mail, "Subject"), people, level=1 + (depth > 0))
        self._add_part(mail, depth)

    def add_head(self, subject: str, people: str, level: int = 1) -> None:
        """Add the subject as a heading, and the line with people and date."""
        self.elements += [Element(subject, "heading", level)] if subject else []
        self.elements += [Element(people)] if people else []

    def add_outlook_message(self, message: OutlookMessage, depth: int = 0) -> None:
        """Add the subject, people and body of a message, then the messages that are attached to it."""
        told = {"From": message.sender, "Date": message.text.read_date(), "To": ", ".join(message.recipients)}
        people = " · ".join(f"{name}: {value}" for name, value in told.items() if value)
        self.add_head(collapse_whitespace(message.text.read(SUBJECT)), people, level=1 + (depth > 0))
        if page := message.text.read(HTML_BODY):
            self.add_page(page)
        elif body := message.text.read(BODY).replace("\r\n", "\n").replace("\0", ""):
            self.elements += elements_from_text(body)
        elif rich := message.text.read_rich_body():
            self.add_rich_text(rich)
        for name, content in message.files:
            self.attach(collapse_whitespace(name), content)
        for inner in message.inner if depth < _MAX_DEPTH else ():
            self.add_outlook_message(inner, depth + 1)

    def add_page(self, html: str) -> None:
        """Add a body in HTML."""
        body, places = elements_from_html(html)
        self.elements += body
        self._hidden += places

    def add_rich_text(self, content: bytes) -> None:
        """Add a body in rich text."""
        body = parse_rtf(PurePath(self.files.name), content)
        self.elements += body.elements
        self._hidden += body.hidden

    def attach(self, name: str, content: bytes | None) -> None:
        """Note a file, and read it if its format is known."""
        if not name:
            return
        self.attached.append(name)
        if content and is_readable_name(name) and self.files.has_room(len(content)):
            self.files.add_file(name, content)

    def make_document(self, title: str) -> ParsedDocument:
        """The mails, then the names of what is attached, with the attached files as members."""
        named = [Element("Attached: " + ", ".join(self.attached))] if self.attached else []
        return ParsedDocument(title, None, [*self.elements, *named], hidden=self._hidden, members=self.files.finish())

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
        elif _is_attached(part):
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
                break
        for invitation in (each for each in children if each.get_content_type() == "text/calendar"):
            self.attach(_file_name(invitation), _bytes_of(invitation))  # it says what no other form says: when


def _children(part: AnyMessage) -> list[AnyMessage]:
    payload = part.get_payload()
    return [each for each in payload if not isinstance(each, str)] if isinstance(payload, list) else []


def _header(mail: AnyMessage, name: str) -> str:
    try:
        return collapse_whitespace(str(mail[name] or ""))
    except _UNDECODABLE:  # a header that breaks the rules costs only itself
        return ""


def _is_attached(part: AnyMessage) -> bool:
    """Whether a part is a file; a text without a name is a body, whatever the mail calls it."""
    if part.get_content_type() in ("text/plain", "text/html"):
        return part.get_content_disposition() == "attachment" and bool(_file_name(part, is_guessed=False))
    return True


def _file_name(part: AnyMessage, *, is_guessed: bool = True) -> str:
    """The name of an attached file; where it has none, one that tells its type."""
    try:
        named = collapse_whitespace(part.get_filename() or "")
    except _UNDECODABLE:
        named = ""
    kind = part.get_content_type()
    suffix = _SUFFIXES.get(kind) or mimetypes.guess_extension(kind)
    return named or (f"attachment{suffix}" if is_guessed and suffix else "")


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
    """A mail in Outlook's format, with the mails that are attached to it."""
    message = open_outlook_message(path)
    found = _MailParts(ContainedFiles(path.name))
    found.add_outlook_message(message)
    subject = collapse_whitespace(message.text.read(SUBJECT))
    return found.make_document(choose_document_title(path, [], subject))
