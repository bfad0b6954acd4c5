from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.worker_status import (
    RequestProgressView,
    render_open_requests,
    render_progress_bar,
    render_request_progress,
)
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import failure_from_sentence, make_failure
from knowledge.core.text import add_french_spaces
from knowledge.storage.worker_requests import SCOPE_CONFIRM_DELETES, FileFailure, WorkerRequest, WorkerRequestState
from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.limits import BLOCKS_TOGETHER
from playground.slack.rules.message_content import count_characters

FAILURE = failure_from_sentence("contract.pdf is protected by a password: drop an unprotected copy.")


@pytest.mark.parametrize(("done", "total", "full"), [(0, 0, 0), (0, 9, 0), (1, 2, 10), (9, 9, 20), (10, 9, 20)])
def test_the_bar_is_as_full_as_the_work_is_done(done: int, total: int, full: int) -> None:
    assert render_progress_bar(done, total) == "█" * full + "░" * (20 - full)


@pytest.mark.parametrize(("failed", "mark"), [((), ":white_check_mark:"), ((FileFailure("a.pdf"),), ":warning:")])
def test_what_is_done_shows_no_bar_but_how_it_ended(failed: tuple[FileFailure, ...], mark: str) -> None:
    text = str(
        render_request_progress(RequestProgressView(WorkerRequest("id", "all", "U1", "done", 9, 9, failed)), ENGLISH)
    )
    assert mark in text
    assert "█" not in text


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("reason", ["cannot be read " * 40, "é" * 400, "&" * 400], ids=["words", "accents", "escapes"])
def test_many_failures_stay_within_slack_s_sizes(texts: InterfaceTexts, reason: str) -> None:
    failed = tuple(FileFailure(f"folder/{n}.pdf", failure=failure_from_sentence(reason)) for n in range(500))
    blocks = render_request_progress(
        RequestProgressView(WorkerRequest("id", "all", "U1", "done", 500, 500, failed), note=texts.index_away), texts
    )
    assert find_block_problems(blocks) == []
    assert sum(map(count_characters, blocks)) < BLOCKS_TOGETHER
    assert "/docs" in json.dumps(blocks)


def test_files_of_no_known_format_are_counted_by_kind() -> None:
    failed = tuple(
        FileFailure(f"{n}.dwg", failure=make_failure(FailureCode.UNSUPPORTED, name="x", suffix=".dwg", formats=".pdf"))
        for n in range(300)
    )
    text = json.dumps(
        render_request_progress(RequestProgressView(WorkerRequest("id", "all", "U1", "done", 9, 9, failed)), ENGLISH)
    )
    assert "files in formats that are not read: .dwg (300)" in text
    assert "7.dwg" not in text


def test_each_failed_file_is_named_with_its_remedy() -> None:
    failed = (
        FileFailure("hr/contract.pdf", failure=FAILURE),
        FileFailure("b.pdf", failure=failure_from_sentence("b.pdf is empty.")),
    )
    text = str(
        render_request_progress(RequestProgressView(WorkerRequest("id", "all", "U1", "done", 9, 9, failed)), ENGLISH)
    )
    assert f"• hr/{FAILURE}" in text
    assert "b.pdf is empty." in text
    assert "Documents read again: 7 of 9; failed: 2" in text


@pytest.mark.parametrize(
    ("texts", "said"), [(ENGLISH, "pages read: 128"), (FRENCH, add_french_spaces("pages lues : 128"))]
)
@pytest.mark.parametrize("state", ["running", "done"])
def test_pages_are_counted_where_documents_have_some(
    texts: InterfaceTexts, said: str, state: WorkerRequestState
) -> None:
    request = WorkerRequest("id", "all", "U1", state, 3, 9, pages=128)
    assert said in json.dumps(render_request_progress(RequestProgressView(request), texts), ensure_ascii=False)
    assert "pages" not in str(render_request_progress(RequestProgressView(replace(request, pages=0)), texts))


@pytest.mark.parametrize(
    ("done", "said"),
    [(0, "missing from the folder."), (25, "missing from the folder. Documents removed: 25.")],
    ids=["uncounted", "counted"],
)
def test_a_confirmation_speaks_of_removing_and_not_of_reading(done: int, said: str) -> None:
    text = str(
        render_request_progress(
            RequestProgressView(WorkerRequest("id", SCOPE_CONFIRM_DELETES, "U1", "done", done, done)), ENGLISH
        )
    )
    assert said in text
    assert "Removing documents" in text
    assert "read again" not in text.casefold()


def test_a_scope_without_documents_is_told_what_the_command_takes() -> None:
    text = str(render_request_progress(RequestProgressView(WorkerRequest("id", "nowhere/", "U1", "done")), ENGLISH))
    assert "no document to read under `nowhere/`" in text
    assert "`confirm-deletes`" in text


def test_requests_beyond_the_first_few_are_counted() -> None:
    blocks = render_open_requests([WorkerRequest(str(n), f"{n}/", "U1") for n in range(9)], 0.0, ENGLISH)
    assert len(blocks) == 6
    assert "and 4 more" in str(blocks[-1])
