"""Every sentence that says why a file or a folder is not as people want it, once, in English; and reads one back.

The worker writes the sentences into the index as they stand here; whoever shows one may tell it in another language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from knowledge.core.text import valid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BOMB = ", as a zip bomb does: save it again in its own program, in smaller parts if it is so large."
_LONGER = (
    "{shortened:d} of its passages are longer than {model} reads and are found by their beginning and their words: "
    "set an EMBEDDING_MODEL that reads more."
)
_LEXICAL_ONLY = "{refused:d} of its passages are found by words alone: {why}"
_NESTED_FIELDS = frozenset({"why", "kind"})  # the fields that hold another reason, or a part of one
_FIELD_PATTERNS = {"": r".+", "d": r"\d+", ",": r"\d{1,3}(?:,\d{3})*"}
_MAX_CHARACTERS = 4_000  # characters: a longer sentence holds what somebody else made up, and is not worth the search


class FailureReason(StrEnum):
    """Why something is as it is, and what to do. Braces name what is filled in: text, or a number (`:d` or `:,`)."""

    # What a file is
    EMPTY = "{name} is empty: drop it again once it holds something."
    MISNAMED = "{name} is in truth {kind}: rename it to {better}."
    UNDER_PASSWORD = "{name} is protected by a password: drop a copy without one."  # noqa: S105  # a sentence
    OFFICE_UNDER_PASSWORD = "{name} is protected by a password: save a copy without one, and drop it."  # noqa: S105
    COPY_PROTECTED = "{name} is copy-protected: drop a copy that is not."
    OLD_OFFICE = "{name} is in an old Office format: open it and save it as {better}."
    OLD_OR_DAMAGED = "{name} is in an old Office format, or damaged: open it and save it as {better}."
    OTHER_OFFICE = "{name} cannot be read, {suffix} files are not supported: save it as {better}."
    UNSUPPORTED = "{name} cannot be read, {suffix} files are not supported: save it as one of {formats}."
    WITHOUT_SUFFIX = "{name} cannot be read, files without a suffix are not supported: save it as one of {formats}."
    ARCHIVE = "{name} is an archive: unpack it and drop the files that it holds."
    ARCHIVE_OR_DAMAGED = "{name} is an archive or a damaged file, not {kind}: drop the file itself, whole."
    NOT_OF_ITS_KIND = "{name} is not {kind}, or it is damaged: open it, check it, and save it again."
    A_PDF = "a PDF"
    A_WORD_DOCUMENT = "a Word document"
    A_POWERPOINT_FILE = "a PowerPoint file"
    AN_EXCEL_FILE = "an Excel file"
    AN_OPENDOCUMENT_TEXT = "an OpenDocument text"
    A_RICH_TEXT_FILE = "a rich text file"
    AN_EPUB_BOOK = "an EPUB book"
    AN_OUTLOOK_MESSAGE = "an Outlook message"
    A_PNG_PICTURE = "a PNG picture"
    A_JPEG_PICTURE = "a JPEG picture"
    A_TIFF_PICTURE = "a TIFF picture"
    TEXT = "text"

    # What it holds
    NO_TEXT = "{name} holds no text: drop a copy that does."
    ONLY_HIDDEN_TEXT = "{name} holds no text that anybody sees ({places:d} places are hidden): show it, or drop a copy."
    PICTURE = "{name} is a picture: install {packages} (Debian), or drop its text."
    PICTURE_WITHOUT_TEXT = (
        "{name} is a picture in which tesseract found no text: scan it again, sharper, or drop its text."
    )
    SCAN = "{name} is a scan without text: install {packages} (Debian), or drop a searchable copy."
    SCAN_WITHOUT_TEXT = (
        "{name} is a scan in which tesseract found no text: scan it again, sharper, or drop a searchable copy."
    )
    TESSERACT_FAILED = "{name} made tesseract fail on page {page:d}: save it again, or drop its text."
    ENDLESS_WORD = (
        "{name} holds a word of {characters:,} characters, it is data rather than text: drop what it says in words."
    )
    ENTITIES = "{name} defines XML entities, which may burst or reach for other files: drop a copy without them."
    OFFICE_ENTITIES = (
        "{name} defines XML entities, as no office program does and an attack would: "
        "open it and save it again in its own program."
    )
    NOT_JSON = "{name} is not JSON from line {line:d}, column {column:d} on: correct it, or drop it as .txt."
    BROKEN_XML = (
        "{name} is damaged, its XML breaks off or goes wrong in line {line}: "
        "save it again in its own program, and drop the new copy."
    )
    DAMAGED = "{name} is damaged ({error} while reading it): open it, save it again, and drop the new copy."
    DAMAGED_PDF = "{name} is damaged, pdfium cannot open it: export it again and drop the new copy."
    DAMAGED_PAGES = (
        "{name} is damaged, none of its pages {first:d} to {last:d} can be opened: export it again and drop it."
    )

    # How large it is
    TOO_LARGE = "{name} has {mb:d} MB, more than {most:d}: split it, or raise MAX_FILE_MB."
    TOO_SLOW = "{name} took longer than {seconds:d} s to read: split it, or raise READ_SECONDS."
    TOO_MUCH_MEMORY = "{name} needs more than {mb:d} MB to be read: split it, or raise READ_MEMORY_MB."
    TOO_DEEP = "{name} is nested too deeply to be read: drop a flatter copy, or its text."
    TOO_MANY_PAGES = "{name} has {pages:,} pages, more than {most:,}: split it."
    TOO_MANY_PAGES_SAID = "{name} says that it has {pages:,} pages, more than {most:,}: split it."
    TOO_MANY_PIXELS = "{name} has more than {millions:d} million pixels: scale it down, or split it."
    TOO_MANY_CELLS = "{name} holds more than {most:,} cells: split it, or drop what matters of it."
    TOO_MANY_COLUMNS = "{name} has {columns:,} columns, more than {most:,}: split it, or turn its rows into columns."
    TOO_WIDE_A_SHEET = (
        "{name} has more than {most:,} columns in sheet {sheet}: split it, or turn its rows into columns."
    )
    BOMB_OF_PARTS = "{name} holds {parts:,} parts, more than {most:,}" + _BOMB
    BOMB = "{name} unpacks to {mb:,} MB, more than {most:,}" + _BOMB
    BOMB_OF_OVERLAPS = "{name} holds parts that lie over one another" + _BOMB
    BOMB_IN_A_PART = "{name} holds a part that unpacks to {times:,} times its size" + _BOMB

    # Reading it
    FORBIDDEN = "{name} may not be read: give the worker's user the right to read it."
    UNSEEN = "{name} cannot be looked at ({error})."
    UNOPENED = "{name} cannot be opened ({error})."
    GONE = "{name} is not there any more."
    VANISHED = "{name} vanished before it was read."
    CHANGED = "{name} changed while it was read."
    FAILED = "{name} could not be read ({error}): save it again in its own program."
    CRASHED = "{name} made its reader crash: save it again in its own program, or drop it as PDF."
    CRASHED_PDF = "{name} made its reader crash: export it anew, or drop its source."
    READER_KILLED = (
        "{name} lost its reader, which something else killed: it is tried again; look whether the "
        "machine is short of memory."
    )
    NO_READER = "{name} waits: no reader could be started ({error})."

    # Reading it on a cluster
    WAITS = "{name} waits: {why}"
    NO_SCHEDULER = (
        "the Dask scheduler {scheduler} cannot be reached ({error}): "
        "start it, or correct DASK_SCHEDULER and DASK_TLS_*."
    )
    SCHEDULER_GONE = "the Dask scheduler {scheduler} went away: start it again."
    NO_WORKER = "the Dask cluster {scheduler} has no worker: start one."
    WORKER_FAILED = "{name} waits: the cluster's worker failed ({error}): install this version of Souffleur on it."
    WORKERS_DIED = (
        "{name} was being read when {deaths:d} workers of the cluster died: see their logs, then "
        "drop a simpler copy, or have it read anew by /reindex."
    )
    ANOTHER_THERE = "{name} is another file on the cluster's workers, or changed while it was read."
    NOT_MOUNTED = "{name} is not seen by the cluster's workers: mount the folder there under {folder}."

    # Its place in the index
    REFUSED = "{name} was read, but Qdrant refuses it ({error}): look at Qdrant's log; it is tried again."

    # Its meaning
    BY_WORDS = _LEXICAL_ONLY
    LONGER = _LONGER
    BY_WORDS_AND_LONGER = f"{_LEXICAL_ONLY} {_LONGER}"
    MODEL_REFUSES = "Ollama answered {status} for the embedding model {model}: look at its log."
    NO_DIRECTION = "The embedding model {model} gave a vector without a direction: restart Ollama."

    # What a folder's rule file says
    CLOSED = ".souffleur.toml {why}: until it is corrected, nobody sees what lies in this folder."
    RULE_UNOPENED = "cannot be opened ({error})"
    RULE_NOT_TOML = "is not TOML ({error})"
    RULE_TOO_DEEP = "is nested too deeply"
    RULE_LONG_NUMBER = "holds a number of too many digits"
    RULE_EMPTY = "says nothing"
    RULE_UNKNOWN = 'says "{key}", which is none of {known}'
    RULE_AUDIENCE = 'has an "audience" that is none of "everyone", "nobody", "#channel", "@person", or an id'
    RULE_TITLE = 'has a "title" that is no text of at most {most:d} characters'
    RULE_LANGUAGE = 'has a "language" that is neither "fr" nor "en"'
    RULE_KEEP_OUT = 'has a "keep_out" that is neither true nor a list of patterns such as "*.bak"'
    RULE_NO_FILE = "is not a file"
    RULE_TOO_LONG = "is longer than {most:,} bytes"
    RULE_NOT_UTF8 = "is not UTF-8"

    def to_sentence(self, **fields: object) -> str:
        """The sentence about one case, in valid text: what is filled in may come from a file."""
        return valid(self.format(**fields))


@dataclass(frozen=True, slots=True)
class ParsedReason:
    """A sentence taken apart. A field is text, a number, or what another reason says."""

    reason: FailureReason
    fields: Mapping[str, str | int | ParsedReason]


def parse_reason(sentence: str) -> ParsedReason | None:
    """The reason that a sentence was made of, and its fields; None where it is none of these, or of another version.

    Where several would fit, it is the one of which more words stand in the sentence.
    """
    if len(sentence) > _MAX_CHARACTERS:
        return None
    for one in _list_templates():
        if one.longest_literal in sentence and (found := one.pattern.fullmatch(sentence)):
            return ParsedReason(
                one.reason,
                {name: _parse_field(name, text, one.number_fields) for name, text in found.groupdict().items()},
            )
    return None


def _parse_field(name: str, text: str, numbers: frozenset[str]) -> str | int | ParsedReason:
    if name in numbers:
        return int(text.replace(",", ""))
    inner = parse_reason(text) if name in _NESTED_FIELDS else None
    return inner or text


@dataclass(frozen=True, slots=True)
class _ReasonTemplate:
    """A reason as it is looked for: `mark` stands in every sentence of it, and is found sooner than the pattern."""

    reason: FailureReason
    literal_length: int
    longest_literal: str
    number_fields: frozenset[str]
    pattern: re.Pattern[str]


@cache
def _list_templates() -> tuple[_ReasonTemplate, ...]:
    """All of them, the wordiest first."""
    return tuple(sorted(map(_template_from_reason, FailureReason), key=lambda one: one.literal_length, reverse=True))


def _template_from_reason(reason: FailureReason) -> _ReasonTemplate:
    literals = [literal for literal, *_ in Formatter().parse(reason)]
    numbers = frozenset(name for _, name, how, _ in Formatter().parse(reason) if name and how)
    pattern = re.compile("".join(_build_patterns(reason)), re.DOTALL)
    return _ReasonTemplate(reason, sum(map(len, literals)), max(literals, key=len), numbers, pattern)


def _build_patterns(reason: FailureReason) -> Iterator[str]:
    for literal, name, how, _ in Formatter().parse(reason):
        yield re.escape(literal)
        if name:
            yield f"(?P<{name}>{_FIELD_PATTERNS[how or '']})"
