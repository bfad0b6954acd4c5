"""Finds the encoding of a text file. Pure."""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*+=\s*+["']?\s*+([\w.:-]+)""", re.IGNORECASE)
_DECLARED_WITHIN = 2048
_MAX_FOREIGN_SHARE = 0.15  # the share of bytes beyond ASCII that no Western language reaches
_UTF8_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
_WESTERN_EUROPE = "cp1252"
_CONTROLS = bytes({*range(32), 127} - {9, 10, 12, 13, 26, 27})  # those that no text holds
_MAX_ZERO_SHARE = 0.1  # of zero bytes, in a text that something wrote wrongly
_ZERO_RUN = bytes(64)  # the end of a file of which the rest is still to be copied
_GUESSED_FROM = 64 * 1024
# Western Europe's own code page is taken for its neighbours', which a guess cannot tell from it.
_WESTERN = re.compile(r"cp125[0-9]|latin_?\d*|iso8859_(?:1|2|3|4|9|10|13|14|15|16)|cp(?:437|85\d|86\d)|hp_roman8")
_OTHER_SCRIPT = re.compile(r"[Ͱ-ϿЀ-ӿ\u0590-\u06ff]")


def decode_text(content: bytes, *, declares: bool = False) -> str:
    """The text of a file, with newlines as line ends; `declares`: the format names its encoding, as HTML does."""
    if b"\0" in content and _is_narrow(content):
        content = content.replace(b"\0", b"")
    encoding = _detect_encoding(content, declares=declares)
    if encoding == _WESTERN_EUROPE and _UTF8_LETTER.search(content):
        text = "\n".join(map(_decode_line, content.split(b"\n")))  # lines of several files, each in its own encoding
    else:
        text = content.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_text(content: bytes) -> bool:
    """Whether bytes look like text in some encoding."""
    if content.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return True
    if b"\0" not in content or _utf16_without_mark(content) is not None:
        return True
    zeros = content.count(0)
    odd = len(content) - len(content.translate(None, _CONTROLS)) - zeros
    return zeros <= _MAX_ZERO_SHARE * len(content) and not odd and not content.endswith(_ZERO_RUN)


def _is_narrow(content: bytes) -> bool:
    """Whether zero bytes are errors and no part of the encoding."""
    return not content.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)) and _utf16_without_mark(content) is None


def _detect_encoding(content: bytes, *, declares: bool) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    if _is_utf8(content):
        return "utf-8"
    if (wide := _utf16_without_mark(content)) is not None:
        return wide
    return (declares and _declared_encoding(content)) or _guess_encoding(content)


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(_WESTERN_EUROPE, "replace")


def _is_utf8(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(content: bytes) -> str | None:
    """UTF-16 without a byte order mark, found by the positions of zero bytes."""
    start = content[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 < len(start) / 2 or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _declared_encoding(content: bytes) -> str | None:
    named = _DECLARED.search(content[:_DECLARED_WITHIN])
    if named is None:
        return None
    try:
        encoding = codecs.lookup(named[1].decode("ascii")).name
        content.decode(encoding)
    except (LookupError, UnicodeError):
        return None  # unknown, or not what the bytes are
    return encoding


def _guess_encoding(content: bytes) -> str:
    """The encoding by byte statistics, which need enough bytes that are not ASCII."""
    foreign_bytes = sum(byte > 127 for byte in content[:_GUESSED_FROM])
    if foreign_bytes < _MAX_FOREIGN_SHARE * len(content[:_GUESSED_FROM]):
        return _WESTERN_EUROPE
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_GUESSED_FROM]).best()
    if best is None:
        return _WESTERN_EUROPE
    foreign = _OTHER_SCRIPT.search(str(best)) is not None
    return best.encoding if foreign or not _WESTERN.fullmatch(best.encoding) else _WESTERN_EUROPE
