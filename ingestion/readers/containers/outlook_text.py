"""Reads the words of an Outlook message from its streams, in the code page that really fits their bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.text.encodings import decode_text

if TYPE_CHECKING:
    from pathlib import Path

    from oxmsg import Message

SUBJECT, BODY, HTML_BODY, SENDER = 0x0037, 0x1000, 0x1013, 0x0C1A
_CODE_PAGES = (0x3FDE, 0x3FFD)  # of the body on the internet, and of the message
_UTF8 = 65001


@dataclass(frozen=True, slots=True)
class OutlookText:
    """The streams of a message's own properties, and the code pages that it names."""

    streams: dict[str, bytes]
    code_pages: tuple[str, ...]

    @classmethod
    def load(cls, path: Path, mail: Message) -> OutlookText:
        """Read the streams of the message at `path`."""
        from olefile import OleFileIO

        with OleFileIO(str(path)) as ole:
            own = [name for name in ole.listdir() if len(name) == 1 and name[0].startswith("__substg1.0_")]
            streams = {name[0][-8:].upper(): ole.openstream(name).read() for name in own}
        named = (mail.properties.int_prop_value(one) for one in _CODE_PAGES)
        return cls(streams, tuple(filter(None, (_codec(number) for number in named if number))))

    def read(self, property_: int) -> str:
        """The text of a property; empty if the message has none."""
        if (wide := self.streams.get(f"{property_:04X}001F")) is not None:
            return wide.decode("utf-16-le", "replace")
        narrow = self.streams.get(f"{property_:04X}001E") or self.streams.get(f"{property_:04X}0102") or b""
        return self._decode(narrow, is_page=property_ == HTML_BODY)

    def _decode(self, content: bytes, *, is_page: bool) -> str:
        for codec in ("utf-8", *self.code_pages):
            try:
                return content.decode(codec)
            except UnicodeDecodeError:
                continue
        return decode_text(content, declares=is_page)


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
        50220: "iso2022_jp",
        51932: "euc_jp",
        51949: "euc_kr",
        54936: "gb18030",
    }.get(number, "")
