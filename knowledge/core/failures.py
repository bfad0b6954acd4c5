"""The failures that both processes name: a code with its parameters, its stored form, and the exceptions of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping  # at run time too: pydantic validates a Failure by its field types
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.stored_record import StoredRecord
from knowledge.core.text import repair_surrogates

_CODES = {code.value: code for code in FailureCode}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something is as it is, as a code and its parameters; `str(failure)` is the English sentence.

    A parameter is valid text, a number, or another failure that is part of the sentence.
    """

    code: FailureCode
    params: Mapping[str, str | int | Failure] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return format_failure(self, ENGLISH_FAILURE_TEXTS, thousands=",")


def make_failure(code: FailureCode, **params: object) -> Failure:
    """Makes a failure of a code and its parameters; whatever is no number, code or failure becomes valid text."""
    return Failure(code, {name: _param_from_value(value) for name, value in params.items()})


def make_unreadable(code: FailureCode, **params: object) -> UnreadableDocument:
    """Makes the error for a file that cannot be read, of a code and its parameters."""
    return UnreadableDocument(make_failure(code, **params))


def failure_from_sentence(sentence: str) -> Failure:
    """Wraps an English sentence that has no code of its own."""
    return make_failure(FailureCode.SENTENCE, sentence=sentence)


def format_failure(failure: Failure, templates: Mapping[FailureCode, str], thousands: str) -> str:
    """Writes a failure as a sentence of the language of `templates`; a code that it lacks is written in English."""
    template = templates.get(failure.code) or ENGLISH_FAILURE_TEXTS[failure.code]
    return template.format(
        **{
            name: format_failure(value, templates, thousands)
            if isinstance(value, Failure)
            else _LocalizedNumber(value, thousands)
            if isinstance(value, int)
            else value
            for name, value in failure.params.items()
        }
    )


def is_unsupported(failure: Failure | None) -> bool:
    """Whether a file has a format that no reader knows: such files are counted, not listed."""
    return failure is not None and failure.code in (FailureCode.UNSUPPORTED, FailureCode.WITHOUT_SUFFIX)


def count_unsupported(failures: Iterable[Failure | None]) -> dict[str, int]:
    """How many files there are of each format that no reader knows, by suffix, the most frequent first."""
    known = (failure for failure in failures if failure and is_unsupported(failure))
    return dict(Counter(str(failure.params.get("suffix", "")) for failure in known).most_common())


def leave_out_inner_names(failure: Failure) -> Failure:
    """The failure for somebody who may know a document's path alone: without the name of a file or sheet inside it."""
    match failure.code:
        case FailureCode.MEMBERS_UNREAD:
            return Failure(FailureCode.NO_MEMBER_READ, {key: failure.params[key] for key in ("name", "count")})
        case FailureCode.TOO_WIDE_A_SHEET:
            return Failure(failure.code, {**failure.params, "sheet": "…"})
        case _:
            return failure


def list_template_fields(template: str) -> list[tuple[str, bool]]:
    """The fields of a template, each with whether it must be a number."""
    return [(name, bool(spec)) for _, name, spec, _ in Formatter().parse(template) if name]


def _param_from_value(value: object) -> str | int | Failure:
    match value:
        case FailureCode():
            return Failure(value)
        case int() | Failure():
            return value
        case _:
            return repair_surrogates(str(value))


@dataclass(frozen=True, slots=True)
class _LocalizedNumber:
    number: int
    thousands: str

    def __format__(self, spec: str) -> str:
        return format(self.number, spec).replace(",", self.thousands)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecord(StoredRecord):
    """A stored value that may hold a failure. `reason` is its English sentence, which older versions read."""

    failure: Failure | None = None
    reason: str | None = field(init=False, default=None, compare=False)

    def __post_init__(self) -> None:
        """Word the failure."""
        object.__setattr__(self, "reason", str(self.failure) if self.failure else None)

    @classmethod
    def upgrade_record(cls, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the failure of a stored record; its sentence is worded again."""
        known = {name: value for name, value in record.items() if name != "reason"}
        return {**known, "failure": read_failure_fields(record)}


def read_failure_fields(record: Mapping[str, Any]) -> Failure | None:
    """The failure that a record holds; of a record of another version, whose code this one lacks, its sentence."""
    sentence, stored = record.get("reason"), record.get("failure")
    if isinstance(stored, Failure):
        return stored
    if stored is None and sentence is None:
        return None
    return failure_from_record(stored) or failure_from_sentence(str(sentence or ""))


def failure_to_record(failure: Failure) -> dict[str, Any]:
    """The stored form: {"code": …, "params": {…}}, a nested failure in the same form."""
    params = {
        name: failure_to_record(value) if isinstance(value, Failure) else value
        for name, value in failure.params.items()
    }
    return {"code": failure.code.value, "params": params}


def failure_from_record(stored: object) -> Failure | None:
    """Reads the stored form; None where this version lacks the code, or the record a parameter of its sentence."""
    match stored:
        case {"code": str(value), "params": dict(values)} if value in _CODES:
            code = _CODES[value]
        case _:
            return None
    params: dict[str, str | int | Failure] = {}
    for key, value in values.items():
        param = failure_from_record(value) if isinstance(value, dict) else value
        if not isinstance(param, str | int | Failure):
            return None
        params[key] = param
    for name, is_number in list_template_fields(ENGLISH_FAILURE_TEXTS[code]):
        if name not in params or (is_number and not isinstance(params[name], int)):
            return None
    return Failure(code, params)


class SouffleurError(Exception):
    """A failure that a person can act on; `str(error)` is a whole English sentence."""

    def __init__(self, problem: Failure | str) -> None:
        """Takes a failure, or a sentence that is never translated."""
        super().__init__(problem)

    @property
    def failure(self) -> Failure:
        """What happened, as a code and its parameters."""
        problem = self.args[0]
        return problem if isinstance(problem, Failure) else failure_from_sentence(str(problem))


class SettingsError(SouffleurError):
    """A setting is unknown or malformed. The sentence names the variable."""


# The embedded index has no server, and writes to the log of the process that holds it.
LOOK_AT_THE_LOG = "look at the server's log, or at this process's own if QDRANT_URL is not set."


class IndexUnavailable(SouffleurError):
    """Qdrant cannot be reached, refuses the key, or is held by another process."""


class IndexUnreachable(IndexUnavailable):
    """Qdrant does not answer, or has too much to do: asking again at once helps nobody."""


class RequestRefused(IndexUnavailable):
    """Qdrant is reachable but refuses a request; another may succeed. `why` is a status or the name of an error."""

    def __init__(self, why: str) -> None:
        """Words the refusal for the index as a whole."""
        super().__init__(f"Qdrant refuses what it was sent ({why}): {LOOK_AT_THE_LOG}")
        self.why = why


class ModelUnavailable(SouffleurError):
    """Ollama cannot be reached, lacks the model, or answered something unusable."""


class TextRefused(ModelUnavailable):
    """The model is there but cannot process one text, or one of several; other texts may succeed."""


class UnreadableDocument(SouffleurError):
    """A file cannot be read, for a reason that lasts. The sentence says what to do."""


class BusyDocument(SouffleurError):
    """A file cannot be read now (it is still being written, or it vanished); a later pass tries again."""


class ReaderUnavailable(BusyDocument):
    """The reader is unavailable, which says nothing about the file; it is tried again soon, without limit."""


class VanishedDocument(BusyDocument):
    """A file that was there a moment ago is gone; a later pass finds out what happened to it."""
