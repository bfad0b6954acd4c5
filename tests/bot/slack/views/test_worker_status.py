"""What people see of requests to the worker, and of the index itself."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest
from qdrant_client import QdrantClient, models

from bot.slack.handlers.home import DocumentOverview, HomeVisitor, render_home
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.block_kit import DocumentLinks
from bot.slack.views.worker_status import (
    IndexStatus,
    RequestProgressView,
    render_open_requests,
    render_progress_bar,
    render_request_progress,
)
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import failure_from_sentence, make_failure
from knowledge.core.text import add_french_spaces
from knowledge.storage.index_versions import IndexRecipe, IndexVersion, QualityGateResult, RolloutState
from knowledge.storage.worker_requests import SCOPE_CONFIRM_DELETES, FileFailure, WorkerRequest, WorkerRequestState
from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.limits import BLOCKS_TOGETHER
from playground.slack.rules.message_content import count_characters
from tests.bot.slack.handlers.test_home import home_of, words
from tests.bot.slack.running_bot import at_work, document, saying
from tests.doubles.temporary_qdrant import open_temporary_qdrant

FAILURE = failure_from_sentence("contract.pdf is protected by a password: drop an unprotected copy.")
SERVING = IndexVersion(1, IndexRecipe("11", "1", "bge-m3"), 10.0)
NEXT = IndexVersion(2, IndexRecipe("12", "1", "qwen3-embedding"), 86_400.0)
REFUSED = QualityGateResult(
    passed=False, questions="q", serving={"hit@5": 0.9, "mrr@10": 0.7}, next={"hit@5": 0.9, "mrr@10": 0.5}
)


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


def home(shown: IndexStatus, texts: InterfaceTexts = ENGLISH, *, admin: bool = True, passages: int = 1) -> str:
    overview = DocumentOverview([document("a.pdf", passages=passages)], index_status=shown)
    blocks = render_home(overview, DocumentLinks(), HomeVisitor(texts, "UBOT", is_admin=admin))
    assert find_block_problems(blocks, "home") == []
    return json.dumps(blocks, ensure_ascii=False)


def switch(done: int, unread: tuple[str, ...] = (), verdict: QualityGateResult | None = None) -> IndexStatus:
    coming = IndexVersion(2, NEXT.recipe, NEXT.began_at, verdict=verdict)
    return IndexStatus(RolloutState(SERVING, coming, done, 8, unread))


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_an_admin_sees_what_changes_since_when_and_how_far_it_is(texts: InterfaceTexts) -> None:
    shown = home(switch(2, ("b.pdf", "c.pdf")), texts)
    assert texts.index_title in shown
    assert "bge-m3 → qwen3-embedding" in shown
    assert "11 → 12" in shown
    assert f"*{texts.index_words}*" not in shown  # what stays the same is not named
    assert "<!date^86400" in shown
    assert "`█████░░░░░░░░░░░░░░░`" in shown
    assert texts.index_documents.format(count=2, path="b.pdf") in shown


def test_it_says_what_it_waits_for() -> None:
    assert ENGLISH.index_meaning in home(switch(7))
    assert ENGLISH.index_gate in home(switch(8))


def test_a_refused_index_is_shown_with_the_scores_that_decide_and_the_remedy() -> None:
    shown = home(switch(8, (), REFUSED))
    assert ENGLISH.index_refused in shown
    assert "hit@5 0.900 → 0.900 · mrr@10 0.700 → 0.500" in shown
    assert ENGLISH.index_remedy in shown


def test_a_member_sees_one_line_of_it() -> None:
    shown = home(switch(8, (), REFUSED), admin=False)
    assert ENGLISH.index_prepared in shown
    assert "hit@5" not in shown
    assert ENGLISH.index_title not in shown


def test_an_index_that_is_kept_is_told_to_admins_alone() -> None:
    kept = IndexStatus(kept_versions=(IndexVersion(1, SERVING.recipe, 10.0, retired_at=172_800.0),))
    assert "<!date^172800" in home(kept)
    assert "<!date^172800" not in home(kept, admin=False)


@pytest.mark.parametrize(
    ("passages", "embedded", "warned"), [(1_000_001, True, True), (1_000_000, True, False), (1_000_001, False, False)]
)
def test_an_embedded_index_beyond_what_was_measured_is_told_to_admins(
    passages: int, embedded: bool, warned: bool
) -> None:
    shown = IndexStatus(is_embedded=embedded)
    assert ("QDRANT_URL" in home(shown, passages=passages)) is warned
    assert "QDRANT_URL" not in home(shown, passages=passages, admin=False)


async def test_the_home_tells_of_the_builds_that_qdrant_holds() -> None:
    with closing(open_temporary_qdrant()) as client:
        await told_of_builds(client)


async def told_of_builds(client: QdrantClient) -> None:
    async with at_work(saying("?"), index=client) as desk:
        desk.ledger.save_documents(document("leave.pdf", passages=2))
        for build in (SERVING, NEXT):
            name = build.passages_collection("souffleur")
            client.create_collection(name, vectors_config={}, metadata=build.metadata)
            client.create_payload_index(name, "metadata.audience", models.PayloadSchemaType.KEYWORD)
        desk.bot.stores.index_versions.activate_index_version(SERVING)
        await desk.slack.person("alice").open_home()
        assert "bge-m3 → qwen3-embedding" in words(await home_of(desk, "UALICE", "leave"))
        await desk.slack.person("james").open_home()
        assert ENGLISH.index_prepared in words(await home_of(desk, "UJAMES", "leave"))
