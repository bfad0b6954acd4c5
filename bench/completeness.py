"""Measure what the readers find of the documents below COLLECTIONS, beside other programs.

Run `python -m bench.completeness`. PDF is compared with pdftotext, everything else with Tika, or with markitdown where
Tika is missing. Words are the share of its different words that are found, order that of its pairs of neighbouring
words, cells that of the cells of markitdown's tables, garbled that of passages without words. Files in which
hidden text was left out are counted and not compared: the other programs show it. `same_words.py` has the rules by
which a word in another form is the same: plain is the share of words without them, rules the number of words that each
concerns, agreed the share of those words of pdftotext that mutool (mupdf-tools) has, too.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.extractors.programs import find_extractors
from bench.same_words import cut_words, find_other_forms, leave_out_additions
from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.formats import SUPPORTED_SUFFIXES
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from ingestion.settings import IngestionSettings
from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from ingestion.reader_processes.pool import DocumentContent

_Summary = dict[str, Any]

_WORD = re.compile(r"[^\W_]+")
_CELLS = re.compile(r"^\|(.*)\|\s*$", re.M)
_RULE = re.compile(r"[\s:|-]*")
_FEWEST_WORDS = 5  # below these, a share says nothing
_FEWEST_DRAWN, _LEAST_WORDS = 20, 0.3  # characters, and the share of them that are letters or figures
_TABLE_COLUMNS = ("files", "refused", "words", "median", "order", "cells")
_MARK, _END = "<!-- recall: begin -->", "<!-- recall: end -->"


@dataclass(slots=True)
class FormatRecall:
    """What was found in the files of one format; shares are from 0 to 1, one for each file that was compared."""

    files: int = 0
    refused: int = 0
    hiding: int = 0
    words: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    agreed: list[float] = field(default_factory=list)
    wanted: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    order: list[float] = field(default_factory=list)
    cells: list[float] = field(default_factory=list)
    garbled: list[bool] = field(default_factory=list)

    def summarize(self) -> _Summary:
        """The numbers of files, and the mean and median of the shares."""
        return {
            "files": self.files,
            "refused": self.refused,
            "hiding": self.hiding,
            "compared": len(self.words),
            "plain": _mean(self.plain),
            "plain_median": _median(self.plain),
            "words": _mean(self.words),
            "agreed": _mean(self.agreed),
            "wanted": self.wanted,
            "rules": dict(self.rules),
            "median": _median(self.words),
            "order": _mean(self.order),
            "cells": _mean(self.cells),
            "garbled": _mean(self.garbled),
        }


def main() -> None:
    """Read everything, print a table by format, and one JSON line last."""
    parser = argparse.ArgumentParser(prog="python -m bench.completeness", description=__doc__)
    parser.add_argument("--references", type=Path, help="a folder that keeps what the other programs said")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also list the N worst files of each format")
    parser.add_argument("--before", type=Path, help="the JSON line of an earlier run, for the table of --write")
    parser.add_argument("--write", type=Path, help="a page whose table of recall is written again")
    parser.add_argument("--only", nargs="*", metavar="SUFFIX", help="of these formats alone")
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    folder = Path(os.environ.get("COLLECTIONS") or "../shared/data")
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there: say with COLLECTIONS where the documents are.")
    found = {suffix: one.summarize() for suffix, one in sorted(measure(folder, given).items())}
    print(_table(found))
    if given.write:
        before = json.loads(given.before.read_text().splitlines()[-1])["formats"] if given.before else {}
        _write_table(given.write, before, found)
    print(json.dumps({"formats": found}))


def measure(folder: Path, given: argparse.Namespace) -> dict[str, FormatRecall]:
    """What is found of each format below a folder."""
    suffixes = given.only or SUPPORTED_SUFFIXES
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    formats: defaultdict[str, FormatRecall] = defaultdict(FormatRecall)
    worst: defaultdict[str, list[tuple[float, str, list[str]]]] = defaultdict(list)
    for path, content, references in _read_all(paths, given.references):
        recall = formats[path.suffix.lower()]
        recall.files += 1
        if content is None:
            recall.refused += any(len(cut_words(text)) >= _FEWEST_WORDS for text in references.values())
            continue
        recall.hiding += content.hidden > 0
        recall.garbled += [_is_garbled(excerpt.text) for excerpt in content.excerpts]
        usual = ("pdftotext",) if path.suffix.lower() == ".pdf" else ("tika", "markitdown")
        reference = next((references[name] for name in usual if references.get(name)), "")
        text = _all_text(content)
        kept = leave_out_additions(reference, path)
        wanted, ours = cut_words(kept), cut_words(text)
        if len(cut_words(reference)) < _FEWEST_WORDS or content.hidden or not wanted:
            continue
        known = set(ours)
        recall.plain.append(_share(_plain_words(reference), _plain_words(text)))
        recall.rules["additions"] += len(set(cut_words(reference)) - set(wanted) - known)
        for rule, words in find_other_forms(kept, text, path).items():
            recall.rules[rule] += len((words & set(wanted)) - known)
            known |= words
        missing = [word for word in dict.fromkeys(wanted) if word not in known]
        recall.words.append(_share(wanted, known))
        recall.wanted += len(set(wanted))
        if second := set(cut_words(references.get("mutool", ""))):
            recall.agreed.append(_share((word for word in wanted if word in second), known))
        recall.order.append(_share(pairwise(wanted), pairwise(ours)))
        if cells := list(_cells(references.get("markitdown", ""))):
            joined = f" {' '.join(ours)} "
            recall.cells.append(sum(f" {cell} " in joined for cell in cells) / len(cells))
        worst[path.suffix.lower()].append((recall.words[-1], str(path), missing))
    for suffix, ranked in worst.items():
        for share, name, missing in sorted(ranked)[: given.worst]:
            print(f"{suffix} {share:.3f} {name} {len(missing)} {' '.join(missing[:15])}")
    return dict(formats)


def _read_all(paths: list[Path], kept: Path | None) -> Iterator[tuple[Path, DocumentContent | None, dict[str, str]]]:
    """Each file with what our readers say of it, and what each other program does."""
    extractors = find_extractors()
    with closing(ReaderPool(IngestionSettings(readers=2))) as pool:
        try:
            for path in paths:
                reading = pool.submit_document(DocumentFile(FolderTree(path.parent.resolve()), path.name))
                references = {
                    name: _kept_text(kept, name, path) or _keep(kept, name, path, each.extract_text(path))
                    for name, each in extractors.items()
                }
                yield path, _finish(pool, path, reading), references
        finally:
            for each in extractors.values():
                each.close()


def _finish(pool: ReaderPool, path: Path, reading: Future[DocumentContent]) -> DocumentContent | None:
    try:
        content = reading.result()
        file = DocumentFile(FolderTree(path.parent.resolve()), path.name)
        for pages in content.more:
            content.excerpts.extend(pool.submit_document(file, pages).result().excerpts)
    except (SouffleurError, OSError):
        return None
    return content


def _kept_text(kept: Path | None, name: str, path: Path) -> str:
    file = _kept_file(kept, name, path)
    return file.read_text("utf-8", "surrogateescape") if file and file.exists() else ""


def _keep(kept: Path | None, name: str, path: Path, text: str) -> str:
    if file := _kept_file(kept, name, path):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or " ", "utf-8", "surrogateescape")
    return text


def _kept_file(kept: Path | None, name: str, path: Path) -> Path | None:
    return kept / name / f"{sha256(str(path.resolve()).encode()).hexdigest()}.txt" if kept else None


def _all_text(content: DocumentContent) -> str:
    sections = {section: None for excerpt in content.excerpts for section in excerpt.section}
    return "\n".join([content.title, *sections, *(excerpt.text for excerpt in content.excerpts)])


def _plain_words(text: str) -> list[str]:
    """The words as they are written, but for case and ligatures."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _share(wanted: Iterable[object], ours: Iterable[object]) -> float:
    different = set(wanted)
    return len(different & set(ours)) / max(len(different), 1)


def _is_garbled(text: str) -> bool:
    """Whether a passage hardly holds a letter or a figure."""
    drawn = [each for each in text if not each.isspace()]
    return len(drawn) >= _FEWEST_DRAWN and sum(each.isalnum() for each in drawn) < _LEAST_WORDS * len(drawn)


def _cells(markdown: str) -> Iterator[str]:
    """The words of each cell of Markdown's tables."""
    for row in _CELLS.findall(markdown):
        if not _RULE.fullmatch(row):
            yield from (words for cell in re.split(r"(?<!\\)\|", row) if (words := " ".join(cut_words(cell))))


def _mean(shares: Sequence[float]) -> float | None:
    return round(statistics.fmean(shares), 3) if shares else None


def _median(shares: Sequence[float]) -> float | None:
    return round(statistics.median(shares), 3) if shares else None


def _table(found: dict[str, _Summary]) -> str:
    names = (
        "files",
        "compared",
        "refused",
        "hiding",
        "plain",
        "words",
        "agreed",
        "median",
        "order",
        "cells",
        "garbled",
    )
    rows = [f"| format | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    rows += [
        f"| {suffix} | {' | '.join(str(one[name] if one[name] is not None else '') for name in names)} |"
        for suffix, one in found.items()
    ]
    return "\n".join(rows)


def _write_table(
    page: Path, before: dict[str, dict[str, float]], now: dict[str, dict[str, float | int | None]]
) -> None:
    """Write the rows of the formats that were measured; the others stay, and so do the numbers before an arrow."""
    head, rest = page.read_text().split(_MARK, 1)
    table, rest = rest.split(_END, 1)
    rows = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("| .")}
    for suffix, one in now.items():
        old = {name: _number(value) for name, value in before.get(suffix, {}).items()} or _first(rows.get(suffix, ""))
        shown = [
            f"{old[name]} → {_number(one[name])}" if old.get(name) else _number(one[name]) for name in _TABLE_COLUMNS
        ]
        rows[suffix] = f"| {suffix} | {' | '.join(shown)} |"
    heads = [f"| format | {' | '.join(_TABLE_COLUMNS)} |", "|---" * (len(_TABLE_COLUMNS) + 1) + "|"]
    page.write_text(
        "\n".join([f"{head}{_MARK}", "", *heads, *(rows[one] for one in sorted(rows)), "", f"{_END}{rest}"])
    )


def _first(row: str) -> dict[str, str]:
    """The numbers before the arrows of a row of the table, or those of a row without arrows."""
    return dict(zip(_TABLE_COLUMNS, (cell.split("→")[0].strip() for cell in row.split("|")[2:-1]), strict=False))


def _number(value: float | int | None) -> str:
    return "–" if value is None else str(value)


if __name__ == "__main__":
    main()
