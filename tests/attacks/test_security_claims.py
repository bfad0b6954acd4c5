"""What SECURITY.md claims in its table of risks and of its processes: each sentence with the test that shows it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
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
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.passage_writer import PassageWriter
from tests.attacks.doors import NOWHERE
from tests.bot.slack.running_bot import at_work, saying, shown
from tests.ingestion.sync.any_folder import EVERYBODY, any_folder
from tests.knowledge.samples import document, passages

ROOT = Path(__file__).parents[2]
_HERE = "tests/attacks/test_security_claims.py"
_BOT, _WORKER, _PAGE = "tests/bot/slack", "tests/ingestion", "tests/playground/slack/page"
_UNASKED = f"{_BOT}/unasked/test_unasked_questions.py"
_CONFINED = f"{_WORKER}/reader_processes/test_confinement.py"
_ATTEMPTS = f"{_CONFINED}::test_each_attempt_is_refused_by_every_layer_that_says_it_holds"
_POOL = f"{_WORKER}/reader_processes/test_pool.py"
_RUNTIME, _LOCAL = "tests/knowledge/runtime", "tests/knowledge/embeddings/local/test_client.py"
# What remains of each risk of the table.
RISKS: Mapping[str, str] = {
    "a document can still make an answer wrong, one-sided or useless": (
        f"{_HERE}::test_plain_words_of_a_model_are_let_out_whatever_they_say"
    ),
    "what was posted stays in Slack": f"{_HERE}::test_an_answer_stays_where_it_was_posted",
    "models are pulled by name": "tests/deployment/test_compose_commands.py::test_only_models_of_ollama_are_pulled",
    "images by tags, which are no digests": ("tests/deployment/test_compose.py::test_an_image_is_built_here_or_pinned"),
    "who may write there can state falsehoods": f"{_HERE}::test_what_a_document_states_is_found_true_or_not",
    "and decide by folders and rule files who reads them": (
        f"{_WORKER}/access/test_rules.py::test_a_rule_file_narrows_its_folder_and_those_below"
    ),
    "text can still talk a person into something": (
        f"{_HERE}::test_plain_words_of_a_model_are_let_out_whatever_they_say"
    ),
    "who acts in Slack as an administrator is one": (
        f"{_BOT}/people/test_admins.py::test_the_members_of_a_user_group_are_administrators"
    ),
    "parts of it may be told": f"{_HERE}::test_a_part_of_a_line_of_the_prompt_may_be_told",
    "whoever reads Qdrant's disk reads the passages": f"{_HERE}::test_the_embedded_index_is_not_encrypted",
    "words can agree and the meaning not": f"{_HERE}::test_the_same_words_with_another_meaning_count_as_backed",
    "many members at once still make a queue": (
        f"{_BOT}/questions/test_model_queue.py::test_the_place_is_shown_and_shown_anew_when_it_changes"
    ),
}
# Each sentence of the section on processes, by its first words.
PROCESSES: Mapping[str, str] = {
    "**A page as a picture** (`PAGE_PICTURES=on`) is drawn": (
        "tests/ingestion/reader_processes/test_page_picture_main.py"
        "::test_the_program_that_draws_has_the_layers_of_a_reader"
    ),
    "**Tokens** are read from the environment or from files": (
        f"{_RUNTIME}/test_redaction_of_forms.py::test_a_secret_in_any_form_is_taken_out_of_lines_and_tracebacks"
    ),
    "A real token is not sent over plain HTTP": (
        f"{_BOT}/test_runner.py::test_a_real_token_crosses_no_network_unencrypted"
    ),
    "**Unasked answers** (`ANSWER_UNASKED`, off by default) make the bot look at every message": (
        f"{_UNASKED}::test_what_is_no_question_to_everybody_in_such_a_channel_meets_silence"
    ),
    "One that may be a question to everybody waits in memory": (
        f"{_UNASKED}::test_people_have_their_time_and_the_end_of_the_bot_waits_for_nothing"
    ),
    "No log line holds a word of it": (
        f"{_BOT}/unasked/test_silence.py::test_a_failure_that_nobody_saw_is_forgotten_and_starts_no_pause"
    ),
    "It is searched as a question is": f"{_UNASKED}::test_a_search_that_is_not_sure_asks_no_model",
    "If nobody gets to see an answer": (
        f"{_UNASKED}::test_an_answer_that_is_not_sure_is_never_seen_and_its_question_forgotten"
    ),
    "With the votes (`FEEDBACK_DAYS`) stand the channel and time": (
        f"{_UNASKED}::test_a_channel_gets_one_answer_and_then_a_pause_whatever_the_log_keeps"
    ),
    "**The local embedding model** runs in a process of its own": (
        f"{_LOCAL}::test_the_process_knows_no_secret_and_writes_no_text"
    ),
    "Bot and worker reach it over a Unix socket": f"{_LOCAL}::test_a_folder_that_others_can_enter_is_refused",
    "It writes no text anywhere, and its memory is never dumped": (
        f"{_LOCAL}::test_the_process_knows_no_secret_and_writes_no_text"
    ),
    "**Administrators** are named in `ADMINS`": (
        f"{_BOT}/people/test_admins.py::test_where_slack_does_not_tell_only_the_members_listed_count_and_it_says_so"
    ),
    "`python -m bot audit` shows": "tests/bot/cli/test_commands.py::"
    "test_bindings_are_shown_undone_and_confirmed_and_the_audit_log_tells",
    "**Files that administrators send**": (
        f"{_BOT}/handlers/test_file_placement.py::test_nothing_is_put_outside_or_behind_a_link"
    ),
    "Nobody looks for viruses in them": (
        f"{_BOT}/handlers/test_file_upload.py::test_an_admin_files_what_they_send_into_the_folder_they_choose"
    ),
    "**The folder** is opened step by step": (
        f"{_WORKER}/scan/test_document_file.py::test_what_takes_the_place_of_a_folder_or_file_is_not_opened"
    ),
    "Each folder on the way must be the one that the scan saw": (
        f"{_WORKER}/sync/test_swapped_folders.py::"
        "test_nothing_private_is_indexed_for_everyone_while_folders_are_exchanged"
    ),
    "Fingerprint, hash and content of a file come from one descriptor": (
        f"{_WORKER}/scan/test_document_file.py::test_a_snapshot_can_be_changed_by_nobody"
    ),
    "Where another file takes the place of one for fewer people": (
        f"{_WORKER}/access/test_replaced_documents.py::"
        "test_passages_of_an_exchanged_folder_do_not_get_the_audience_of_the_one_in_its_place"
    ),
    "`SWAP_SECONDS=3600": (
        f"{_WORKER}/sync/test_swapped_folders.py::"
        "test_nothing_private_is_indexed_for_everyone_while_folders_are_exchanged"
    ),
    "Workers of a cluster follow no link either": f"{_HERE}::test_a_cluster_s_worker_compares_contents_and_no_folders",
    "A hard link is a file of the place where it lies": (
        "tests/attacks/test_what_remains.py::test_a_hard_link_is_a_file_of_the_place_where_it_lies"
    ),
    "**A reader** is a child process that reads one document and ends": (
        f"{_POOL}::test_each_document_has_a_process_of_its_own"
    ),
    "A server, which has loaded the parsers": f"{_POOL}::test_a_server_has_one_thread_whatever_it_has_loaded",
    "It gets an open copy of the document": f"{_POOL}::test_what_a_child_says_is_checked_and_not_repeated",
    "An answer may have a 64th of `READ_MEMORY_MB`": f"{_POOL}::test_what_a_reader_floods_the_worker_with_is_refused",
    "It has an environment of paths": f"{_POOL}::test_children_are_told_no_secret",
    "It loses: root's capabilities": _ATTEMPTS,
    "It may start tesseract and the loader of programs": _ATTEMPTS,
    "Only a reader of an Office file of before 2007, a mail or an archive may write": (
        f"{_CONFINED}::test_a_reader_that_libreoffice_converts_for_can_do_no_more_than_others"
    ),
    "What is inside a mail or an archive is read in the process of the whole": (
        "tests/ingestion/readers/containers/test_contained_files.py"
        "::test_an_old_office_file_inside_is_read_in_a_confined_process"
    ),
    "Worker, bot and readers forbid others": (
        f"{_RUNTIME}/test_process_privacy.py::test_bot_and_worker_let_nobody_look_into_them"
    ),
    "`tests/ingestion/reader_processes/test_confinement.py` runs": _ATTEMPTS,
    "`python -m ingestion check` starts a reader": f"{_CONFINED}::test_check_says_which_layers_hold",
    "Where user namespaces are not allowed": _ATTEMPTS,
    "What remains: before Linux 6.12": _ATTEMPTS,
    "A document can falsify what is read of itself": _ATTEMPTS,
    "**The embedded index and the signs of life** lie in folders": (
        f"{_RUNTIME}/test_private_files.py::test_an_embedded_index_that_others_can_read_is_closed_to_them"
    ),
    "**The audit log** lies in Qdrant": (
        "tests/attacks/test_what_remains.py::test_whoever_can_write_to_qdrant_can_change_the_audit_log"
    ),
    "Each entry is a log line too": f"{_HERE}::test_each_admin_action_is_a_log_line_too",
    "**The playground** listens on loopback only": (
        "tests/playground/slack/state/test_settings.py::test_it_listens_on_this_machine_alone"
    ),
    "The app's tokens and the page's own are drawn at each start": (
        f"{_PAGE}/test_routes.py::test_the_tokens_are_drawn_at_each_start_and_the_page_is_told_its_own"
    ),
    "Requests with another `Host`": f"{_PAGE}/test_routes.py::test_strangers_are_kept_out",
    "PDF, pictures and plain text are shown": (
        f"{_PAGE}/test_documents_folder.py::test_what_is_not_known_to_be_harmless_is_saved_and_never_shown"
    ),
    "Anybody with an account on the same machine": (
        f"{_PAGE}/test_routes.py::test_the_tokens_are_drawn_at_each_start_and_the_page_is_told_its_own"
    ),
    "**The key of Qdrant** that the worker has may do everything": (
        f"{_BOT}/test_bot_key.py::test_a_bot_with_its_own_key_answers_logs_votes_and_asks_the_worker"
    ),
    "`python -m bot qdrant-key` makes one": (
        f"{_BOT}/test_bot_key.py::test_it_is_refused_whatever_it_tries_on_the_index"
    ),
    "Tested against the stand-in": f"{_BOT}/test_bot_key.py::test_it_is_refused_whatever_it_tries_on_the_index",
    "**Metrics** (`METRICS_PORT`, off by default)": (
        f"{_RUNTIME}/test_metrics_server.py::test_it_listens_on_the_loopback_interface_unless_told"
    ),
    "Labels come from fixed lists of words": (
        "tests/scenario/test_metrics.py::test_no_scrape_holds_a_word_of_a_question_a_passage_or_a_name"
    ),
    "**A backup** holds people's questions": (
        "tests/knowledge/backup/test_restore.py::test_all_records_come_back_as_they_were"
    ),
    "It is written for its owner alone": (
        "tests/knowledge/backup/test_commands.py::test_a_backup_is_private_and_comes_back_under_another_name"
    ),
    "Its hashes show damage and careless changes": (
        "tests/knowledge/backup/test_archive.py::test_a_changed_part_is_refused"
    ),
    "**A restore** brings words back": (
        "tests/knowledge/backup/test_restore.py::test_all_records_come_back_as_they_were"
    ),
    "A folder's name that was undone stays so": (
        "tests/knowledge/backup/test_restore.py::test_a_binding_that_was_undone_since_the_backup_stays_undone"
    ),
    "**A public Qdrant** is judged when it is opened": (
        "tests/knowledge/storage/test_client.py::"
        "test_one_that_asks_for_a_key_is_taken_and_one_that_is_away_is_not_judged"
    ),
    "`python -m bot check` and `python -m ingestion check` look": (
        "tests/bot/cli/test_check.py::test_each_trouble_is_named_with_what_to_do"
    ),
}


@pytest.fixture(scope="module")
def reader_pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(IngestionSettings(readers=1, read_seconds=30))
    yield pool
    pool.close()


def _section(name: str) -> str:
    return (ROOT / "SECURITY.md").read_text().partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def _list_process_sentences() -> list[str]:
    points = re.split(r"^- ", _section("The processes"), flags=re.MULTILINE)[1:]
    return [one for point in points for one in re.split(r"(?<=\.) (?=[A-Z`*])", " ".join(point.split()))]


@pytest.mark.parametrize("test", sorted({*RISKS.values(), *PROCESSES.values()}))
def test_each_test_that_is_named_exists(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_each_sentence_on_processes_has_its_test() -> None:
    sentences = _list_process_sentences()
    assert len(sentences) > 30
    assert not [one for one in sentences if not any(one.startswith(begin) for begin in PROCESSES)]
    assert not [begin for begin in PROCESSES if not any(one.startswith(begin) for one in sentences)]


def test_what_remains_of_each_risk_has_its_test() -> None:
    rows = re.findall(r"^\| LLM\d\d .*$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
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
