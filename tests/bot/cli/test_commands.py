from __future__ import annotations

import json
import re
import shutil
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import Answer
from bot.cli.printed_answers import print_sources
from bot.cli.terminal import COMMANDS
from bot.settings import BotSettings
from knowledge.core.passages import Citation
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.name_bindings import NameBinding, NameBindings
from knowledge.storage.question_log import QuestionLog, QuestionRecord, UsedPassage
from knowledge.storage.votes import Vote, VoteStore
from playground.qdrant.server import serve_qdrant
from tests.bot.cli.running_commands import NO_OLLAMA, ROOT, Terminal
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Ollama, matching, ollama_in_thread, quote
from tests.doubles.terminal import open_terminal

SAMPLES = ("Guide du télétravail.pdf", "astreinte.md", "Security handbook.pdf")
REMOTE = "combien de jours de télétravail par semaine ?"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@pytest.fixture(scope="module")
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


@pytest.fixture(scope="module")
def terminal(ollama: Ollama, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal beside an index of three samples, with words and meaning."""
    terminal = Terminal(tmp_path_factory.mktemp("terminal"))
    (terminal.folder / "documents").mkdir()
    for name in SAMPLES:
        shutil.copy(ROOT / "playground" / "documents" / name, terminal.folder / "documents")
    scan = terminal.run("scan", module="ingestion", OLLAMA_URL=ollama.url)
    assert scan.returncode == 0, scan.stderr
    return terminal


def test_ask_prints_an_answer_whose_fields_can_be_relied_on(terminal: Terminal, ollama: Ollama) -> None:
    done = terminal.run("ask", REMOTE, "--json", OLLAMA_URL=ollama.url)
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"answer", "state", "citations", "timings"} <= answer.keys()
    assert answer["state"] == "answered"
    assert answer["notices"] == []
    assert {"n", "document", "page", "section"} <= answer["citations"][0].keys()
    assert [citation["n"] for citation in answer["citations"]] == [1, 2]
    assert answer["citations"][0]["document"] in SAMPLES
    assert 0 < answer["timings"]["search"] <= answer["timings"]["first_words"] <= answer["timings"]["total"]


def test_ask_marks_a_source_that_fails_and_counts_sentences_without_one(terminal: Terminal, ollama: Ollama) -> None:
    ollama.script = matching(("télétravail", "Trente-sept jours par semaine [1]. Le siège ferme au mois d'août."))
    try:
        done = terminal.run("ask", REMOTE, OLLAMA_URL=ollama.url)
    finally:
        ollama.script = quote
    sources = done.stdout[done.stdout.index("\n[1] ") :].splitlines()
    assert sources[1].endswith("(to be checked: what is stated is not found there)")
    assert sources[2] == "Sentences without a source: 1"


def test_ask_on_a_terminal_prints_the_words_once_and_the_sources(terminal: Terminal, ollama: Ollama) -> None:
    done = terminal.run("ask", REMOTE, OLLAMA_URL=ollama.url)
    assert done.stdout.count("Selon les documents") == 1
    assert re.search(r"^\[1\] \S.*p\. \d+", done.stdout, re.MULTILINE)
    assert done.stderr == ""


def test_ask_without_a_model_quotes_passages(terminal: Terminal) -> None:
    answer = json.loads(terminal.run("ask", REMOTE, "--json").stdout)
    assert answer["state"] == "passages_only"
    assert answer["answer"].startswith("| Situation | Jours de télétravail |")
    assert "n'est pas joignable" in answer["notices"][0]
    assert len(answer["citations"]) == 1


def test_ask_what_no_document_knows_prints_the_sentence_once(terminal: Terminal) -> None:
    done = terminal.run("ask", "quelle ligne de tramway dessert l'hippodrome ?")
    assert done.returncode == 0
    assert done.stdout.count("Je n'ai rien trouvé") == 1


def test_ask_over_an_empty_index_says_what_to_do(tmp_path: Path) -> None:
    answer = json.loads(Terminal(tmp_path).run("ask", "How many days?", "--json").stdout)
    assert answer["state"] == "not_found"
    assert "dropped into the watched folder" in answer["answer"]


def test_bare_asks_the_model_alone(terminal: Terminal, ollama: Ollama) -> None:
    done = terminal.run("ask", REMOTE, "--bare", "--json", OLLAMA_URL=ollama.url)
    assert json.loads(done.stdout) == {"answer": "Je ne trouve rien à ce sujet."}
    assert "Passages" not in str(ollama.bodies("/api/chat")[-1])


def test_bare_without_a_model_says_so(terminal: Terminal) -> None:
    _refused(terminal, "ask", REMOTE, "--bare", says="Ollama does not answer")


def test_bare_with_a_missing_model_says_which(terminal: Terminal, ollama: Ollama) -> None:
    _refused(terminal, "ask", REMOTE, "--bare", says="ollama pull nosuch", OLLAMA_URL=ollama.url, CHAT_MODEL="nosuch")


def test_ask_with_a_missing_model_says_which(terminal: Terminal, ollama: Ollama) -> None:
    said = terminal.run("ask", REMOTE, OLLAMA_URL=ollama.url, CHAT_MODEL="nosuch").stdout
    assert "Le modèle nosuch n'est pas installé dans Ollama (`ollama pull nosuch`)\N{NO-BREAK SPACE}: ceci" in said


def test_a_source_that_spans_two_pages_names_both(terminal: Terminal) -> None:
    assert re.search(r"^\[\d\] Guide du télétravail, p\. 1-2, ", terminal.run("ask", REMOTE).stdout, re.MULTILINE)
    cited = json.loads(terminal.run("ask", REMOTE, "--json").stdout)["citations"]
    assert {"n", "document", "title", "page", "section", "copies"} == cited[0].keys()
    assert 1 in [one["page"] for one in cited]


def test_search_gives_as_many_passages_as_asked_for(terminal: Terminal, ollama: Ollama) -> None:
    found = json.loads(terminal.run("search", REMOTE, "-k", "4", "--json", OLLAMA_URL=ollama.url).stdout)
    assert [one["rank"] for one in found] == [1, 2, 3, 4]
    assert {"rank", "score", "document", "page", "section", "text"} <= found[0].keys()
    assert found[0]["document"] == "Guide du télétravail.pdf"
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)


def test_search_without_a_model_says_that_it_went_by_words(terminal: Terminal) -> None:
    done = terminal.run("search", REMOTE)
    assert done.stdout.startswith("1. Guide du télétravail.pdf, p. ")
    assert done.stderr.startswith("By words only: ")


def test_what_a_document_holds_does_not_steer_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(tmp_path)
    (tmp_path / "documents").mkdir()
    steering = "# Guide \x1b]0;pwn\x07\n\nLe badge \x1b[31mrouge\x1b[0m \x1b]52;c;eA==\x07 ouvre \x9b2J la porte.\n"
    (tmp_path / "documents" / "a.md").write_text(steering, encoding="utf-8")
    assert terminal.run("scan", module="ingestion").returncode == 0
    for command in ("search", "ask"):
        said = terminal.run(command, "le badge rouge ?").stdout
        assert "rouge" in said
        assert not _CONTROL.search(said)
        shown = open_terminal(monkeypatch)
        settings = BotSettings(qdrant_path=tmp_path / "qdrant", ollama_url=NO_OLLAMA)
        COMMANDS[command](settings, Namespace(question="le badge rouge ?", k=3, json=False, bare=False))
        assert "Le badge \N{REPLACEMENT CHARACTER}[31mrouge" in shown.read_words()
        assert not _CONTROL.search(shown.read_words())


def test_the_path_of_a_copy_and_a_notice_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    cited = Citation(1, "Guide", "guide.md", None, (), "id", copies=("a\x1b[2J.md",))
    print_sources(Answer("x", "answered", "en", (cited,), notices=("read\x9b2J",)))
    assert not {"\x1b", "\x9b"} & {*capsys.readouterr().out}


def test_dead_proxies_keep_nobody_from_this_machine(tmp_path: Path, ollama: Ollama) -> None:
    """The worker and the bot against a server, with proxies in the environment that lead nowhere."""
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), NO_OLLAMA)
    proxies["ALL_PROXY"] = "socks5://127.0.0.1:9"
    terminal = Terminal(tmp_path)
    (tmp_path / "documents").mkdir()
    shutil.copy(ROOT / "playground" / "documents" / "astreinte.md", tmp_path / "documents")
    with in_thread(lambda: serve_qdrant(tmp_path / "server")) as server:
        settings = {**proxies, "QDRANT_URL": server.url, "OLLAMA_URL": ollama.url}
        scan = terminal.run("scan", module="ingestion", **settings)
        assert scan.stdout.startswith("1 document: 1 indexed"), scan.stderr
        search = terminal.run("search", "astreinte", **settings)
        asked = terminal.run("ask", "astreinte", "--bare", **settings)
    assert search.stdout.startswith("1. astreinte.md")
    assert "By words only" not in search.stderr
    assert asked.returncode == 0, asked.stderr


def test_compare_puts_both_answers_side_by_side(terminal: Terminal, ollama: Ollama) -> None:
    done = terminal.run("compare", REMOTE, OLLAMA_URL=ollama.url)
    alone, specialised = done.stdout.split("# mixtral with your documents")
    assert "# mixtral alone" in alone
    assert "Je ne trouve rien" in alone
    assert "Selon les documents" in specialised
    assert "[1] Guide du télétravail" in specialised


def test_compare_without_a_model_invents_nothing(terminal: Terminal) -> None:
    done = terminal.run("compare", REMOTE)
    assert done.returncode == 0
    assert "Here the model's own answer would stand" in done.stdout
    assert "Le modèle de langage n'est pas joignable" in done.stdout


def test_eval_prints_figures_overall_and_by_language(terminal: Terminal, ollama: Ollama, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"lang": "fr", "question": REMOTE, "must_contain": ["télétravail"], "kind": "keyword"},
        {"lang": "en", "question": "who is on call?", "must_contain": ["no passage holds this"]},
        {"lang": "en", "question": "unanswerable", "must_contain": []},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    report = json.loads(terminal.run("eval", str(questions), "--json", OLLAMA_URL=ollama.url).stdout)
    scores = {"hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10"}
    assert report.keys() == {"all", "by_language", "by_kind", "latency_ms", "questions", "floor"}
    assert report["all"].keys() == report["by_language"]["fr"].keys() == scores
    assert report["by_language"]["fr"]["hit@10"] == 1
    assert report["by_language"]["en"]["hit@10"] == 0
    assert report["all"]["hit@10"] == 0.5
    assert report["latency_ms"]["p50"] <= report["latency_ms"]["p95"]
    told = terminal.run("eval", str(questions), OLLAMA_URL=ollama.url)
    assert [line.split()[:2] for line in told.stdout.splitlines()[:4]] == [
        [group, "hit@1"] for group in ("all", "en", "fr", "keyword")
    ]
    assert told.stderr == "By words and meaning.\n"
    assert re.fullmatch(r"By words only: Ollama does not .*\n", terminal.run("eval", str(questions)).stderr)


def test_eval_of_answers_scores_what_the_model_says(terminal: Terminal, ollama: Ollama, tmp_path: Path) -> None:
    lines = [
        {"lang": "fr", "question": REMOTE, "must_contain": ["télétravail"], "answer": "Trois jours par semaine."},
        {"lang": "en", "question": "where do the unicorns sleep?", "must_contain": [], "answer": ""},
    ]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ollama.script = matching(("Question: where", "NOT_FOUND"))
    try:
        scored = terminal.run("eval", "--answers", str(questions), "--json", OLLAMA_URL=ollama.url)
        shown = terminal.run("eval", "--answers", str(questions), OLLAMA_URL=ollama.url).stdout
    finally:
        ollama.script = quote
    figures = json.loads(scored.stdout)
    assert figures.keys() == {"model", "all", "fr", "en"}
    assert (figures["all"]["refusal_accuracy"], figures["all"]["language_match"]) == (1, 1)
    assert figures["fr"]["citation_precision"] == 1
    assert 0 < figures["fr"]["overlap"] < 1
    assert figures["en"]["states"] == {"not_found": 1}
    assert figures["en"]["citation_precision"] is None
    assert shown.startswith("# Answers of mixtral\n\n| | all | en | fr |\n|---|---|---|---|\n| questions | 2 | 1 | 1 |")


def test_eval_of_answers_without_a_model_is_refused_with_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    line = {"lang": "fr", "question": REMOTE, "must_contain": ["télétravail"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(line), encoding="utf-8")
    _refused(terminal, "eval", "--answers", str(tmp_path / "questions.jsonl"), says="Ollama does not answer")


def test_eval_of_an_empty_index_is_refused(tmp_path: Path) -> None:
    line = {"lang": "fr", "question": REMOTE, "must_contain": ["télétravail"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(line), encoding="utf-8")
    _refused(Terminal(tmp_path), "eval", "questions.jsonl", "--json", says="Nothing is indexed yet")


def test_search_of_an_empty_index_says_so_in_one_sentence(tmp_path: Path) -> None:
    done = Terminal(tmp_path).run("search", REMOTE, "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert re.fullmatch(r"Nothing is indexed yet: .*\n", done.stderr)


def test_the_commands_over_an_index_that_another_process_holds_say_so(terminal: Terminal) -> None:
    from qdrant_client import QdrantClient

    holder = QdrantClient(path=str(terminal.folder / "qdrant"))
    try:
        _refused(terminal, "search", REMOTE, says="Another process holds the embedded index")
    finally:
        holder.close()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask",), "question"),
        (("ask", "  "), "write a question in quotes"),
        (("compare", ""), "write a question in quotes"),
        (("search", "x", "-k", "0"), "not a number from 1 to 100"),
        (("search", "x", "-k", "²"), "not a number from 1 to 100"),
        (("search", "x", "-k", "many"), "not a number from 1 to 100"),
        (("eval",), "questions"),
        (("eval", "nowhere.jsonl"), "nowhere.jsonl cannot be read"),
        (("eval", "."), "cannot be read"),
        (("sing",), "invalid choice"),
        (("start",), "SLACK_BOT_TOKEN is missing"),
        ((), "SLACK_BOT_TOKEN is missing"),
    ],
    ids=str,
)
def test_bad_input_is_refused_with_a_sentence(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    done = Terminal(tmp_path).run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_start_says_nothing_of_a_token_that_is_in_its_place(tmp_path: Path) -> None:
    done = Terminal(tmp_path).run("start", SLACK_BOT_TOKEN="xoxb-one")
    assert done.stderr == "SLACK_APP_TOKEN is missing: set it in the environment or in .env (xapp-…).\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "line 1 is no question"),
        ('["a"]', "line 1 is no question"),
        ('{"lang": "fr", "question": "x"}', "line 1 is no question"),
        ('{"lang": "fr", "question": "x", "must_contain": "words"}', "line 1 is no question"),
        ('{"lang": "fr", "question": "x", "must_contain": [""]}', "line 1 is no question"),
        ('{"lang": null, "question": "x", "must_contain": ["y"]}', "line 1 is no question"),
        ('{"lang": "fr", "question": "x", "must_contain": []}', "nothing to measure"),
        ("", "nothing to measure"),
    ],
)
def test_a_malformed_question_file_is_refused_with_a_sentence(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "questions.jsonl").write_text(line, encoding="utf-8")
    _refused(Terminal(tmp_path), "eval", "questions.jsonl", says=says)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OLLAMA_URL", "localhost:11434"),
        ("QDRANT_URL", "qdrant:6333"),
        ("QDRANT_TIMEOUT", "0"),
        ("COLLECTION", "a/b"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("NUM_CTX", "1000"),
        ("CHAT_TIMEOUT", "-3"),
        ("PASSAGES_IN_PROMPT", "many"),
        ("ADMINS", "alice"),
    ],
)
def test_a_malformed_setting_is_refused_with_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    _refused(Terminal(tmp_path), "search", "x", says=f"{name} is not usable", **{name: value})


def test_an_index_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    _refused(Terminal(tmp_path), "search", "x", says="correct QDRANT_PATH", QDRANT_PATH=str(tmp_path / "file" / "q"))


def test_a_qdrant_that_is_away_is_named(tmp_path: Path) -> None:
    _refused(Terminal(tmp_path), "search", "x", says="Qdrant does not answer", QDRANT_URL="http://127.0.0.1:9")


def test_health_without_a_bot_says_so(tmp_path: Path) -> None:
    done = Terminal(tmp_path).run("health")
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert "not running" in done.stdout


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = Terminal(tmp_path).run("--help").stdout
    assert all(name in shown for name in ("start", "ask", "search", "compare", "eval", "gaps", "health"))


def _refused(terminal: Terminal, *arguments: str, says: str, **settings: str) -> None:
    """The command ends with status 2 and one sentence."""
    done = terminal.run(*arguments, **settings)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_gaps_prints_what_was_asked_in_vain_and_nobody_s_name(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    assert "Nothing was asked in Slack yet" in terminal.run("gaps").stdout
    entry = QuestionRecord(
        "T", "C", "1.0", "1.0", "T", "UJAMES", "How do I get a badge?", private=False, asked_at=time.time()
    )
    missing = replace(entry, state="answered", outcome="not_found", used=(UsedPassage("p", "hr/badges.pdf", 3),))
    with closing(open_qdrant(Settings(qdrant_path=tmp_path / "qdrant"))) as client:
        QuestionLog.open_question_log(client, "souffleur", is_single_process=True).add_questions(
            [missing, replace(missing, ts="2.0", asked_at=1.0)]
        )
        VoteStore.open_vote_store(client, "souffleur", 90).cast_vote(
            Vote(missing.id, "UBOB", liked=False, reason="source", words="It left.")
        )
    printed = terminal.run("gaps")
    assert printed.stderr == ""
    assert "How do I get a badge?\n  times asked: 1, people: 1; missing 1\n" in printed.stdout
    assert "  nearest: hr/badges.pdf, p. 3\n" in printed.stdout
    assert "said: source 1\n  “It left.”" in printed.stdout
    (gap,) = json.loads(terminal.run("gaps", "--json").stdout)
    assert (gap["question"], gap["times"], gap["nearest"]["path"]) == ("How do I get a badge?", 1, "hr/badges.pdf")
    assert "UJAMES" not in str(gap)


def test_bindings_are_shown_undone_and_confirmed_and_the_audit_log_tells(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    with closing(open_qdrant(Settings(qdrant_url=None, qdrant_path=tmp_path / "qdrant"))) as client:
        NameBindings(client, "souffleur").add_bindings([NameBinding("#finance", "CFINANCE")])
    undone = terminal.run("bindings", "--undo", "#Finance", "--json")
    assert json.loads(undone.stdout) == [{"name": "#finance", "id": "CFINANCE", "state": "undone"}]
    again = terminal.run("bindings", "--undo", "#finance")
    assert (again.returncode, "undone already" in again.stderr) == (2, True)
    assert terminal.run("bindings", "--confirm", "#finance").stdout.split() == ["#finance", "CFINANCE", "confirmed"]
    told = json.loads(terminal.run("audit", "--json").stdout)
    assert [(one["who"], one["outcome"], one["subject"]) for one in told] == [
        ("the command line", "done", "confirmed id=CFINANCE"),
        ("the command line", "nothing", ""),
        ("the command line", "done", "undone id=CFINANCE"),
    ]


def test_a_key_for_the_bot_is_made_and_the_bot_s_commands_take_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    with in_thread(lambda: serve_qdrant(tmp_path / "q", api_key="of-the-server")) as server:
        made = terminal.run("qdrant-key", QDRANT_URL=server.url, QDRANT_API_KEY="of-the-server")
        token = made.stdout.strip()
        assert (made.returncode, token.count(".")) == (0, 2), made.stderr
        told = terminal.run("bindings", "--json", QDRANT_URL=server.url, QDRANT_BOT_API_KEY=token)
        assert (told.stdout.strip(), told.returncode) == ("[]", 0), told.stderr
        again = terminal.run("qdrant-key", QDRANT_URL=server.url, QDRANT_API_KEY=token)
        assert (again.returncode, "is a bot's key" in again.stderr) == (2, True)
        scanned = terminal.run(
            "scan", "--folder", str(tmp_path), module="ingestion", QDRANT_URL=server.url, QDRANT_API_KEY=token
        )
        assert (scanned.returncode, "refuses the key" in scanned.stderr) == (2, True)
