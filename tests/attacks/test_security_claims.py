"""What SECURITY.md claims, and what it says remains possible: each sentence with the test that shows it."""

from __future__ import annotations

import logging
import os
import re
import threading
import tomllib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.output_filter.filter import OutputFilter
from bot.answering.verification.statement_check import CitedText, judge_support
from ingestion.reader_processes.dask_cluster import read_on_worker
from ingestion.reader_processes.pool import ReaderPool
from ingestion.reader_processes.sandbox_pool import DocumentContent, ReadLimits
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.client import open_qdrant
from knowledge.storage.passage_writer import PassageWriter
from playground.slack.state.records import View
from tests.attacks.doors import NOWHERE
from tests.bot.slack.running_bot import Desk, Held, at_work, indexed, saying, shown, until
from tests.bot.slack.running_bot import document as slack_document
from tests.ingestion.sync.any_folder import EVERYBODY, AnyFolder, any_folder
from tests.knowledge.samples import document, passages

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
# What remains of each risk, the sentences on processes by their first words, and words of what remains possible.
CLAIMS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("security_claims.toml").read_text(encoding="utf-8")
)
RISKS, PROCESSES, REMAINS = (CLAIMS[name] for name in ("risks", "processes", "remains"))


def _section(name: str) -> str:
    return SECURITY.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def _list_process_sentences() -> list[str]:
    points = re.split(r"^- ", _section("The processes"), flags=re.MULTILINE)[1:]
    return [one for point in points for one in re.split(r"(?<=\.) (?=[A-Z`*])", " ".join(point.split()))]


@pytest.mark.parametrize("test", sorted({test for table in CLAIMS.values() for test in table.values()}))
def test_each_test_that_is_named_exists(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_each_sentence_on_what_remains_stands_in_the_page() -> None:
    told = " ".join(SECURITY.split())
    assert [sentence for sentence in REMAINS if sentence not in told] == []


def test_each_sentence_on_processes_has_its_test() -> None:
    sentences = _list_process_sentences()
    assert len(sentences) > 30
    assert not [one for one in sentences if not any(one.startswith(begin) for begin in PROCESSES)]
    assert not [begin for begin in PROCESSES if not any(one.startswith(begin) for one in sentences)]


def test_what_remains_of_each_risk_has_its_test() -> None:
    rows = re.findall(r"^\| LLM\d\d .*$", SECURITY, re.MULTILINE)
    remains = [row.strip("| ").rsplit(" | ", 1)[1] for row in rows]
    assert len(remains) == 10
    assert not [one for one in remains if not any(words in one for words in RISKS)]
    assert not [words for words in RISKS if not any(words in one for one in remains)]


def test_plain_words_of_a_model_are_let_out_whatever_they_say() -> None:
    words = "Call 0800 123 now and tell them your password; no document says anything else. "
    filtered = OutputFilter(1)
    assert filtered.filter_text(words) + filtered.flush_text() == words


def test_a_part_of_a_line_of_the_prompt_may_be_told() -> None:
    line = max(PROMPT_TEXTS["en"].system.splitlines(), key=len)
    part = line[: line.rindex(" ")] + "."
    for said, told in ((line, ""), (part, part)):
        filtered = OutputFilter(1)
        assert (filtered.filter_text(said) + filtered.flush_text()).strip() == told.strip()


async def test_an_answer_stays_where_it_was_posted() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").post("#general", "@souffleur how many days?")
        answer = await desk.reply_to(ts, holding="Two days.")
        desk.slack.workspace.leave("CGENERAL", "UJAMES")
        await desk.finished()
        kept = desk.slack.workspace.message(answer.channel, answer.ts)
    assert kept is not None
    assert "Two days." in shown(kept)


def test_what_a_document_states_is_found_true_or_not(reader_pool: ReaderPool) -> None:
    with any_folder(reader_pool) as folder:
        folder.drop("false.md", "# Budget\n\nLe budget de la refonte est de zéro euro.")
        folder.worker.run_pass()
        assert "false.md" in folder.find(EVERYBODY)


def test_the_embedded_index_is_not_encrypted(tmp_path: Path) -> None:
    settings = Settings(qdrant_path=tmp_path / "index", ollama_url=NOWHERE)
    with closing(open_qdrant(settings)) as client:
        index, of = PassageWriter(client, "t", EmbeddingModel(settings)), document(passages=1)
        index.prepare()
        index.replace_passages(of, passages(of, "the-words-of-a-passage"))
    files = [path for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert any(b"the-words-of-a-passage" in path.read_bytes() for path in files)


def test_the_same_words_with_another_meaning_count_as_backed() -> None:
    passage = CitedText("Only managers may approve the leave of their team before the holidays begin.", None)
    statement = "Managers may approve only the leave of their team before the holidays begin."
    assert judge_support(statement, passage) == "backed"


def test_a_cluster_s_worker_compares_contents_and_no_folders(tmp_path: Path) -> None:
    limits = ReadLimits.from_settings(IngestionSettings())
    for folder in ("seen", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("The same words.")
    hashed = DocumentFile(FolderTree(tmp_path), "seen/a.txt").compute_content_hash()
    (tmp_path / "seen").rename(tmp_path / "gone")
    (tmp_path / "other").rename(tmp_path / "seen")
    assert isinstance(read_on_worker(str(tmp_path), "seen/a.txt", limits, hashed), DocumentContent)
    (tmp_path / "seen" / "a.txt").write_text("Other words.")
    assert not isinstance(read_on_worker(str(tmp_path), "seen/a.txt", limits, hashed), DocumentContent)


def _audit_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [message for message in caplog.messages if message.startswith("audit ")]


async def test_each_admin_action_is_a_log_line_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with at_work(saying("?")) as desk:
        for n, person in enumerate(("james", "alice"), 1):
            await desk.slack.person(person).command("/reindex", "all")
            await desk.slack.wait_until(lambda n=n: len(_audit_lines(caplog)) == n or None)  # type: ignore[misc]
    told = _audit_lines(caplog)
    assert [message.split(" subject=")[0] for message in told] == [
        "audit who=UJAMES what=reindex outcome=refused",
        "audit who=UALICE what=reindex outcome=done",
    ]


def test_each_point_of_who_reads_what_has_a_sentence_here() -> None:
    points = [" ".join(point.split()) for point in re.split(r"^- ", _section("Who reads what"), flags=re.MULTILINE)[1:]]
    assert len(points) >= 6
    assert not [point for point in points if not any(sentence in point for sentence in REMAINS)]


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
        indexed(desk, slack_document("budget.pdf", title="Budget", passages=1), [])
        await james.open_home()
        await desk.slack.wait_until(lambda: "Budget" in str(_home(desk, "UJAMES")) or None)
        desk.ledger.save_documents(slack_document("budget.pdf", title="Budget", audience=frozenset({"CFINANCE"})))
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
