"""Unpacks the rich text of an Outlook message, which is packed in a way of its own (MS-OXRTFCP)."""

from __future__ import annotations

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096  # bytes that can be repeated
_HEADER_BYTES = 16
_PACKED, _PLAIN = b"LZFu", b"MELA"


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
