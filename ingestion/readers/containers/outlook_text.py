"""Reads the words of an Outlook message from its streams, in the code page that really fits their bytes."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestion.readers.elements import collapse_whitespace
from ingestion.readers.text.encodings import decode_text

SUBJECT, BODY, HTML_BODY = 0x0037, 0x1000, 0x1013
_RICH_BODY = "10090102"
_FILE_NAMES, _FILE_CONTENT = (0x3707, 0x3704), "37010102"
_SENDER_NAME, _SENDER_ADDRESSES = 0x0C1A, (0x5D01, 0x0C1F)
_NAME, _ADDRESSES = 0x3001, (0x39FE, 0x3003)
_SENT, _HEADERS = 0x0039, 0x007D
_CODE_PAGES = (0x3FDE, 0x3FFD)  # of the body on the internet, and of the message
_LOCALE = 0x3FF1
_UTF8 = 65001
_NUMBER, _TIME = 3, 0x40  # the types of properties
_ENTRY = 16  # bytes of a property in the table of its storage
_PROPERTIES, _STREAM = "__properties_version1.0", "__substg1.0_"
_RECIPIENT, _ATTACHMENT, _INNER = "__recip_version1.0_", "__attach_version1.0_", "__substg1.0_3701000D"
_TABLE_STARTS = {_RECIPIENT: 8, _ATTACHMENT: 8, _INNER: 24}
_ROOT_TABLE_START = 32
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_CHINESE, _TRADITIONAL = 0x04, (0x0404, 0x0C04, 0x1404)
# The code pages of languages, by the lower ten bits of their numbers; the others have that of Western Europe.
_LANGUAGE_CODE_PAGES = {
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x24), 1250),
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), 1251),
    **dict.fromkeys((0x25, 0x26, 0x27), 1257),
    0x01: 1256,
    _CHINESE: 936,
    0x08: 1253,
    0x0D: 1255,
    0x11: 932,
    0x12: 949,
    0x1E: 874,
    0x1F: 1254,
    0x2A: 1258,
}
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096  # bytes that can be repeated
_HEADER_BYTES = 16
_PACKED, _PLAIN = b"LZFu", b"MELA"


@dataclass(frozen=True, slots=True)
class OutlookText:
    """The streams of a message, a recipient or an attachment, and the code pages that the message names."""

    streams: dict[str, bytes]
    properties: dict[int, bytes]
    code_pages: tuple[str, ...]

    def read(self, property_: int) -> str:
        """The text of a property; empty if the message has none."""
        if (wide := self.streams.get(f"{property_:04X}001F")) is not None:
            return wide.decode("utf-16-le", "replace")
        narrow = self.streams.get(f"{property_:04X}001E") or self.streams.get(f"{property_:04X}0102") or b""
        return self._decode(narrow.rstrip(b"\0"), is_page=property_ == HTML_BODY)

    def read_person(self, name: int, addresses: tuple[int, ...]) -> str:
        """A name and an address."""
        shown = collapse_whitespace(self.read(name))
        address = next((found for one in addresses if (found := self.read(one).strip())), "")
        return f"{shown} <{address}>".strip() if address and address != shown else shown

    def read_rich_body(self) -> bytes:
        """The body in rich text; empty if the message has none."""
        return unpack_rich_text(self.streams.get(_RICH_BODY, b""))

    def read_date(self) -> str:
        """When the message was sent, by its headers or its properties."""
        headers = self.read(_HEADERS).splitlines()
        if told := next((line[5:].strip() for line in headers if line.lower().startswith("date:")), ""):
            return told
        ticks = int.from_bytes(self.properties.get(_TIME << 16 | _SENT, b""), "little")
        try:
            return (_EPOCH + timedelta(microseconds=ticks // 10)).isoformat(" ", "minutes") if ticks else ""
        except OverflowError:
            return ""

    def _decode(self, content: bytes, *, is_page: bool) -> str:
        for codec in ("utf-8", *self.code_pages):
            try:
                return content.decode(codec)
            except UnicodeDecodeError:
                continue
        return decode_text(content, declares=is_page)


@dataclass(frozen=True, slots=True)
class OutlookMessage:
    """A message with its recipients, and the messages and files (name, content) that are attached to it."""

    text: OutlookText
    sender: str
    recipients: tuple[str, ...]
    inner: tuple[OutlookMessage, ...]
    files: tuple[tuple[str, bytes], ...]


def open_outlook_message(path: Path) -> OutlookMessage:
    """Read the message at `path`, with the messages inside it."""
    from olefile import OleFileIO

    with OleFileIO(str(path)) as ole:
        storages: dict[tuple[str, ...], dict[str, bytes]] = {}
        for *storage, name in ole.listdir():
            storages.setdefault(tuple(storage), {})[name] = ole.openstream([*storage, name]).read()
    return _message(storages, (), _ROOT_TABLE_START)


def _message(storages: dict[tuple[str, ...], dict[str, bytes]], place: tuple[str, ...], start: int) -> OutlookMessage:
    text = _text(storages.get(place, {}), start)
    people = [_text(storages[one], 8, text.code_pages) for one in _below(storages, place, _RECIPIENT)]
    attached = list(_below(storages, place, _ATTACHMENT))
    inner = [(*one, _INNER) for one in attached if (*one, _INNER) in storages]
    files = [_text(storages[one], 8, text.code_pages) for one in attached if (*one, _INNER) not in storages]
    return OutlookMessage(
        text,
        text.read_person(_SENDER_NAME, _SENDER_ADDRESSES),
        tuple(filter(None, (one.read_person(_NAME, _ADDRESSES) for one in people))),
        tuple(_message(storages, one, _TABLE_STARTS[_INNER]) for one in inner),
        tuple(
            (next(filter(None, map(one.read, _FILE_NAMES)), ""), one.streams.get(_FILE_CONTENT, b"")) for one in files
        ),
    )


def _below(
    storages: dict[tuple[str, ...], dict[str, bytes]], place: tuple[str, ...], kind: str
) -> Iterator[tuple[str, ...]]:
    """The storages of a kind right below a place, in their order."""
    found = {one[: len(place) + 1] for one in storages if one[: len(place)] == place and len(one) > len(place)}
    return (one for one in sorted(found) if one[-1].startswith(kind) and one in storages)


def _text(streams: dict[str, bytes], start: int, code_pages: tuple[str, ...] = ()) -> OutlookText:
    table = streams.get(_PROPERTIES, b"")[start:]
    properties: dict[int, bytes] = {}
    for at in range(0, len(table) - _ENTRY + 1, _ENTRY):
        kind, tag = struct.unpack_from("<HH", table, at)
        properties[kind << 16 | tag] = table[at + 8 : at + _ENTRY]
    own = {name[-8:].upper(): content for name, content in streams.items() if name.startswith(_STREAM)}
    return OutlookText(own, properties, code_pages or tuple(_code_pages(properties)))


def _code_pages(properties: dict[int, bytes]) -> Iterator[str]:
    """Python's names of the code pages that a message names, and of the usual one of its language."""
    named = [int.from_bytes(properties.get(_NUMBER << 16 | tag, b"")[:4], "little") for tag in _CODE_PAGES]
    if locale := int.from_bytes(properties.get(_NUMBER << 16 | _LOCALE, b"")[:4], "little"):
        named.append(950 if locale in _TRADITIONAL else _LANGUAGE_CODE_PAGES.get(locale & 0x3FF, 1252))
    return filter(None, map(_codec, filter(None, named)))


def _codec(number: int) -> str:
    """Python's name of a code page; empty if it knows none."""
    for name in ("utf-8",) if number == _UTF8 else (f"cp{number}", f"iso8859_{number - 28590}"):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return {
        20127: "ascii",
        20866: "koi8_r",
        21866: "koi8_u",
        50220: "iso2022_jp",
        51932: "euc_jp",
        51949: "euc_kr",
        54936: "gb18030",
    }.get(number, "")


def unpack_rich_text(content: bytes) -> bytes:
    """The rich text; empty where the content is none. What is cut short gives its beginning."""
    kind, packed = content[8:12], content[_HEADER_BYTES:]
    size = int.from_bytes(content[4:8], "little")
    if kind == _PLAIN:
        return packed[:size]
    return _unpack(packed)[:size] if kind == _PACKED else b""


def _unpack(packed: bytes) -> bytes:
    """Each bit of a leading byte says of a following item whether it is a byte, or a place to repeat from."""
    known = bytearray(_DICTIONARY)
    at = 0
    while at < len(packed):
        marks, at = packed[at], at + 1
        for bit in range(8):
            if not marks >> bit & 1:
                known += packed[at : at + 1]
                at += 1
                continue
            pair, at = int.from_bytes(packed[at : at + 2].ljust(2, b"\0"), "big"), at + 2
            back = (len(known) - (pair >> 4)) % _WINDOW
            if back == 0 or back > len(known):
                return bytes(known[len(_DICTIONARY) :])  # the mark of the end, or damage
            for _ in range((pair & 0xF) + 2):
                known.append(known[-back])
    return bytes(known[len(_DICTIONARY) :])
