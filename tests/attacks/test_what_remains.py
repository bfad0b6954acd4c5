"""What SECURITY.md says remains possible: each sentence with the test that shows it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.passage_writer import PassageWriter
from playground.slack.state.records import View
from tests.attacks.doors import NOWHERE
from tests.bot.slack.indexed_passages import indexed
from tests.bot.slack.running_bot import Desk, Held, at_work, document, saying, until
from tests.ingestion.sync.any_folder import EVERYBODY, AnyFolder, any_folder

ROOT = Path(__file__).parents[2]
_BOT, _WORKER = "tests/bot/slack", "tests/ingestion"
_HERE = "tests/attacks/test_what_remains.py"
# The words of a sentence of SECURITY.md, and the test that shows what it says.
SHOWN_BY: Mapping[str, str] = {
    "Who is in which channel is asked of Slack at most once a minute": (
        f"{_BOT}/people/test_access.py::test_a_membership_is_remembered_a_minute_or_until_it_changes"
    ),
    "that somebody came or left is heard at once": (
        f"{_BOT}/people/test_access.py::test_whoever_leaves_a_channel_is_asked_for_without_it_at_once"
    ),
    "and so is that somebody became a guest": (
        "tests/conformance/test_true_to_slack.py::test_who_joins_or_becomes_a_guest_is_known_at_once"
    ),
    "The list of people may be ten minutes old then": (
        f"{_BOT}/people/test_access.py::test_a_list_of_people_that_slack_does_not_give_anew_tells_nothing_after_ten_minutes"
    ),
    "right after a start, a channel of more than 20 people is judged for half an hour at most by a list": (
        f"{_BOT}/people/test_access.py::"
        "test_what_was_kept_of_people_before_a_start_judges_no_small_channel_and_soon_no_large_one"
    ),
    "A question that waits for its turn is answered for those who were in when it was taken up": (
        f"{_HERE}::test_a_question_that_waits_is_answered_for_those_who_were_in_when_it_was_taken_up"
    ),
    "whatever is being read meanwhile": (
        f"{_WORKER}/sync/test_slow_readers.py::test_the_service_applies_an_audience_within_two_scans_while_slow_files_are_read"
    ),
    "a batch that is being embedded may hold it up by `EMBEDDING_TIMEOUT`, longer only": (
        f"{_WORKER}/test_service.py::test_one_batch_at_most_is_embedded_before_an_audience_changes"
    ),
    "where the model refuses some of its texts": (
        f"{_WORKER}/embedding/test_backfill.py::test_one_text_that_the_model_refuses_stays_alone_without_meaning"
    ),
    "the local one is given so long for each of its four parts": (
        "tests/knowledge/embeddings/local/test_client.py::test_a_batch_is_four_parts_each_with_the_whole_time"
    ),
    "A rule file that is taken away opens its folder once it has been away for `QUIET_SECONDS`": (
        f"{_WORKER}/access/test_apply.py::test_a_rule_file_that_is_away_for_a_moment_opens_nothing"
    ),
    "where the worker is started within these, at once": (
        f"{_HERE}::test_a_rule_file_that_goes_while_the_worker_is_away_opens_its_folder_at_once"
    ),
    "a Home tab and suggested questions stay as they were until they are opened again": (
        f"{_HERE}::test_a_home_tab_stays_as_it_was_until_it_is_opened_again"
    ),
    "other channels of that name get nothing until an administrator confirms them": (
        f"{_BOT}/people/test_access.py::test_a_name_stays_with_the_channel_that_bore_it_first"
    ),
    "Whoever can invite the bot to a channel of a name that no channel bore before gets the folder of that name": (
        f"{_BOT}/people/test_access.py::test_a_folder_whose_channel_the_bot_is_not_in_stays_closed_until_it_is_invited"
    ),
    "Administrators of the bot see the paths of files that could not be read or that went missing in numbers": (
        f"{_BOT}/people/test_access.py::test_a_document_s_name_is_shown_to_those_who_may_know_it_and_a_failed_one_to_admins"
    ),
    "Two people who agree on it can show each other's words": (
        "tests/bot/insights/test_private_questions.py::test_a_gap_shows_only_what_was_asked_in_public_or_by_two_people"
    ),
    "Whether a channel is public may be an hour old": (
        f"{_BOT}/people/test_access.py::test_a_channel_that_has_become_private_is_so_after_an_hour"
    ),
    "In what order passages come depends a little on how often words stand in all documents together": (
        f"{_HERE}::test_private_documents_change_the_order_of_what_is_for_everyone"
    ),
    "A hard link is a file of the place where it lies": (
        f"{_HERE}::test_a_hard_link_is_a_file_of_the_place_where_it_lies"
    ),
    "before Linux 6.12 a reader can send signals to other processes of its user": (
        f"{_WORKER}/reader_processes/test_confinement.py::test_each_attempt_is_refused_by_every_layer_that_says_it_holds"
    ),
    "A document can falsify what is read of itself": (
        f"{_WORKER}/reader_processes/test_confinement.py::test_each_attempt_is_refused_by_every_layer_that_says_it_holds"
    ),
    "The audit log** lies in Qdrant: whoever can write there can change it": (
        f"{_HERE}::test_whoever_can_write_to_qdrant_can_change_the_audit_log"
    ),
    "one that cannot be reached at that moment is not": (
        "tests/knowledge/storage/test_client.py::"
        "test_one_that_asks_for_a_key_is_taken_and_one_that_is_away_is_not_judged"
    ),
    "Anybody with an account on the same machine can open the page and act as anyone": (
        "tests/playground/slack/page/test_routes.py::"
        "test_the_tokens_are_drawn_at_each_start_and_the_page_is_told_its_own"
    ),
}


@pytest.fixture(scope="module")
def reader_pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(IngestionSettings(readers=1, read_seconds=30))
    yield pool
    pool.close()


@pytest.mark.parametrize("sentence", SHOWN_BY)
def test_each_sentence_stands_in_the_page_and_has_its_test(sentence: str) -> None:
    assert sentence in " ".join((ROOT / "SECURITY.md").read_text().split())
    path, _, name = SHOWN_BY[sentence].partition("::")
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_each_point_of_who_reads_what_has_a_sentence_here() -> None:
    told = (ROOT / "SECURITY.md").read_text().partition("\n## Who reads what\n")[2].partition("\n## ")[0]
    points = [" ".join(point.split()) for point in re.split(r"^- ", told, flags=re.MULTILINE)[1:]]
    assert len(points) >= 6
    assert not [point for point in points if not any(sentence in point for sentence in SHOWN_BY)]


async def test_a_question_that_waits_is_answered_for_those_who_were_in_when_it_was_taken_up() -> None:
    held = Held()
    async with at_work(held, chat_parallel=1) as desk:
        camille = desk.slack.person("camille")
        await desk.slack.person("alice").dm("first?")
        await desk.slack.wait_until(lambda: desk.answering.questions or None)
        await camille.dm("second?")
        await until(lambda: "UCAMILLE" in desk.bot.people.directory._channels_of_user._values)
        desk.slack.workspace.leave("CFINANCE", "UCAMILLE")
        held.go_on.set()
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2 or None)
        await desk.finished()
        assert "CFINANCE" in desk.answering.questions[1].audience.groups
        await camille.dm("third?")
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 3 or None)
        await desk.finished()
        assert "CFINANCE" not in desk.answering.questions[2].audience.groups


def _home(desk: Desk, user: str) -> View | None:
    return next((view for view in desk.slack.views if view.kind == "home" and view.user == user), None)


async def test_a_home_tab_stays_as_it_was_until_it_is_opened_again() -> None:
    async with at_work(saying("?")) as desk:
        james = desk.slack.person("james")
        indexed(desk, document("budget.pdf", title="Budget", passages=1), [])
        await james.open_home()
        await desk.slack.wait_until(lambda: "Budget" in str(_home(desk, "UJAMES")) or None)
        desk.ledger.save_documents(document("budget.pdf", title="Budget", audience=frozenset({"CFINANCE"})))
        await desk.finished()
        assert "Budget" in str(_home(desk, "UJAMES"))
        await james.open_home()
        await desk.slack.wait_until(lambda: "Budget" not in str(_home(desk, "UJAMES")) or None)
        await desk.finished()


def test_a_rule_file_that_goes_while_the_worker_is_away_opens_its_folder_at_once(reader_pool: ReaderPool) -> None:
    with any_folder(reader_pool) as folder:
        rule = folder.drop("rh/.souffleur.toml", 'audience = "nobody"')
        folder.worker.run_pass()
        assert "rh/old.md" not in folder.find(EVERYBODY)
        rule.unlink()
        index = PassageWriter(folder.client, "t", EmbeddingModel(Settings(ollama_url=NOWHERE)))
        Reconciler(
            WatchedFolder(folder.root),
            IndexTarget(index, folder.ledger),
            DocumentReading(reader_pool),
            threading.Event(),
        ).run_pass(quiet_seconds=60)
        assert "rh/old.md" in folder.find(EVERYBODY)


def test_a_hard_link_is_a_file_of_the_place_where_it_lies(reader_pool: ReaderPool) -> None:
    with any_folder(reader_pool) as folder:
        private = folder.drop("#finance/private.md", "# Budget\n\nLe budget de la refonte est secret.")
        folder.worker.run_pass()
        assert not {path for path in folder.find(EVERYBODY) if "private" in path}
        os.link(private, folder.root / "open" / "linked-private.md")
        folder.worker.run_pass()
        assert "open/linked-private.md" in folder.find(EVERYBODY)


def _list_in_order(folder: AnyFolder) -> list[str]:
    search = PassageSearch(folder.client, "t", EmbeddingModel(Settings(ollama_url=NOWHERE)))
    return [one.passage.path for one in search.search_passages("budget refonte", EVERYBODY, 50).found]


def test_private_documents_change_the_order_of_what_is_for_everyone(reader_pool: ReaderPool) -> None:
    """The rarer a word is in all documents, the more it counts; the private ones are counted too."""
    with any_folder(reader_pool) as folder:
        for name in ("rh/old.md", "open/moves.md"):
            (folder.root / name).unlink()
        folder.drop("a.md", "# Refonte\n\nLa refonte de la lampe, une refonte.")
        folder.drop("b.md", "# Budget\n\nLe budget de la lampe, un budget.")
        folder.worker.run_pass()
        before = _list_in_order(folder)
        for n in range(12):
            folder.drop(
                f"#finance/{n}.md", f"# {'Refonte' if before[0] == 'a.md' else 'Budget'} {n}\n\nUne phrase {n}."
            )
        folder.worker.run_pass()
        assert before != _list_in_order(folder) != []
        assert set(before) == set(_list_in_order(folder)) == {"a.md", "b.md"}


async def test_whoever_can_write_to_qdrant_can_change_the_audit_log() -> None:
    async with at_work(saying("?")) as desk:
        log: AuditLog = desk.bot.stores.audit_log
        await desk.slack.person("james").command("/reindex")
        await desk.finished()
        [entry] = log.list_audit_entries()
        log.close_audit_entry(entry, "done", "another story")
        assert [one.subject for one in log.list_audit_entries()] == ["another story"]
