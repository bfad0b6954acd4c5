"""Make documents of every format with unusual features, read them, and say which of their words are lost.

Run `python -m bench.made`. Office files are written by Python libraries, and turned by LibreOffice, where it is
installed, into its other formats. Nothing is kept. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import subprocess
import tempfile
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.made.office import make_slides, make_word, make_workbook
from bench.made.texts import make_texts
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.readers.elements import ParsedDocument

_OFFICE = {
    "docx": (make_word, ("odt", "doc", "rtf", "pdf", "html", "docm")),
    "xlsx": (make_workbook, ("ods", "xls", "pdf", "xlsm")),
    "pptx": (make_slides, ("odp", "ppt", "pdf")),
}
_COMMENTS = {"wnoted", "xnoted", "pspoken"}  # which a page on paper does not show
_MADE_ELSEWHERE = ("docm", "xlsm")  # of which LibreOffice makes what it makes of the plain one
_SECONDS = 120
_MARK, _END = "<!-- made: begin -->", "<!-- made: end -->"


@dataclass(slots=True)
class _Found:
    files: int = 0
    words: int = 0
    lost: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  # though hidden


def main() -> None:
    """Print a table by format, then one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.made", description=__doc__)
    parser.add_argument("--write", type=Path, help="a page whose table of made documents is written again")
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore")
    formats: defaultdict[str, _Found] = defaultdict(_Found)
    with tempfile.TemporaryDirectory() as folder:
        for path, seen, hidden in _make_all(Path(folder)):
            found = formats[path.suffix]
            found.files += 1
            found.words += len(seen)
            told = _told(path)
            found.lost += [f"{word} ({path.name})" for word in sorted(seen) if word.casefold() not in told]
            found.shown += [f"{word} ({path.name})" for word in sorted(hidden) if word.casefold() in told]
    rows = ["| format | files | words | found | lost | shown though hidden |", "|---|---|---|---|---|---|"]
    for suffix, one in sorted(formats.items()):
        share = round(1 - len(one.lost) / max(one.words, 1), 3)
        ends = (", ".join(one.lost) or "–", ", ".join(one.shown) or "–")
        rows.append(f"| {suffix} | {one.files} | {one.words} | {share} | {ends[0]} | {ends[1]} |")
    print("\n".join(rows))
    if given.write:
        head, rest = given.write.read_text().split(_MARK, 1)
        given.write.write_text("\n".join([f"{head}{_MARK}", "", *rows, "", _END]) + rest.split(_END, 1)[1])
    print(json.dumps({suffix: {"words": one.words, "lost": len(one.lost)} for suffix, one in sorted(formats.items())}))


def _make_all(folder: Path) -> Iterator[tuple[Path, set[str], set[str]]]:
    yield from ((path, *words) for path, words in make_texts(folder).items())
    for suffix, (make, others) in _OFFICE.items():
        path = folder / f"made.{suffix}"
        seen, hidden = make(path)
        yield path, seen, hidden
        for other in others if shutil.which("soffice") else ():
            target = folder / suffix / f"made.{other}"
            if other in _MADE_ELSEWHERE:
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.read_bytes())
            elif not _convert(path, target):
                continue
            yield target, seen - _COMMENTS if other in ("pdf", "html") else seen, hidden


def _convert(path: Path, target: Path) -> bool:
    """Have LibreOffice turn a file into another format; say whether it did."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{path.parent}/office"]
    command += ["--convert-to", target.suffix[1:], "--outdir", str(target.parent), str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603  # of this file
    return done.returncode == 0 and target.exists()


def _told(path: Path) -> str:
    """All words that are read of a document, without spaces between them."""
    try:
        reading = read_document_file(path)
    except SouffleurError as error:
        print(f"{path.name}: {error}")
        return ""
    return "\n".join(_lines(reading)).casefold()


def _lines(reading: ParsedDocument) -> Iterator[str]:
    yield reading.title
    for element in reading.elements:
        yield element.text
        yield from (" ".join(row) for row in element.rows)
    for member in reading.members:
        yield member.name
        if member.document:
            yield from _lines(member.document)


if __name__ == "__main__":
    main()
