from __future__ import annotations

import pickle

import pytest

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    SouffleurError,
    UnreadableDocument,
    failure_from_sentence,
    leave_out_inner_names,
    make_failure,
)


def test_every_code_has_an_english_sentence_of_its_own() -> None:
    assert ENGLISH_FAILURE_TEXTS.keys() == set(FailureCode)
    assert len(set(ENGLISH_FAILURE_TEXTS.values())) == len(FailureCode)


def test_a_failure_reads_as_an_english_sentence() -> None:
    failure = make_failure(FailureCode.TOO_MANY_PAGES, name="1,000.pdf", pages=20_400, most=20_000)
    assert str(failure) == "1,000.pdf has 20,400 pages, more than 20,000: split it."


def test_a_code_as_a_parameter_is_a_nested_failure() -> None:
    failure = make_failure(FailureCode.MISNAMED, name="{a}.docx", kind=FailureCode.A_PDF, better="{a}.pdf")
    assert failure.params["kind"] == Failure(FailureCode.A_PDF)
    assert str(failure) == "{a}.docx is in truth a PDF: rename it to {a}.pdf."


def test_a_sentence_is_valid_text_whatever_a_name_holds() -> None:
    assert make_failure(FailureCode.EMPTY, name="caf\udce9.md") == make_failure(FailureCode.EMPTY, name="caf\ufffd.md")


@pytest.mark.parametrize("kind", [UnreadableDocument, BusyDocument])
def test_an_error_carries_its_failure_between_processes(kind: type[SouffleurError]) -> None:
    failure = make_failure(FailureCode.WAITS, name="a.md", why=make_failure(FailureCode.NO_WORKER, scheduler="tcp://a"))
    error = pickle.loads(pickle.dumps(kind(failure)))  # noqa: S301  # made here
    assert (error.failure, str(error)) == (failure, str(failure))


def test_an_error_of_a_plain_sentence_is_shown_as_it_is() -> None:
    error = SouffleurError("Ollama does not answer.")
    assert error.failure == failure_from_sentence("Ollama does not answer.")
    assert str(error.failure) == str(error)


def test_a_failure_is_told_without_the_names_inside_the_document() -> None:
    first = make_failure(FailureCode.EMPTY, name="Layoffs.xlsx")
    unread = make_failure(FailureCode.MEMBERS_UNREAD, name="a.zip", count=2, first=first)
    wide = make_failure(FailureCode.TOO_WIDE_A_SHEET, name="a.xlsx", most=100, sheet="Layoffs")
    assert str(leave_out_inner_names(unread)) == "a.zip holds files (2), none of which can be read."
    assert "in sheet …: split it" in str(leave_out_inner_names(wide))
    assert leave_out_inner_names(first) == first
