"""Ask the whole bot 40 questions with a small real model: `make real-model`. Needs node, and minutes.

The bot runs as a process over the sample documents in a local Slack; llama.cpp runs SmolLM2-135M-Instruct behind
Ollama's protocol. The model answers badly: measured is what the bot makes of it. Prints a table, and
one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.prompt.context_window import ASSUMED_CHARACTERS_PER_TOKEN
from bot.slack.i18n.texts_fr import FRENCH
from knowledge.storage.question_log import QuestionLog
from playground.slack.app import LocalSlack, serve_slack
from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine
from tests.bot.cli.running_commands import Terminal
from tests.scenario.office import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.slack.state.records import Message

MODEL = "smollm2:135m"
_SERVER = Path("tests/doubles/real_model_server.mjs")
_QUESTIONS = Path("tests/questions")
_PICKED = {"maison-lumiere-fr": 12, "maison-lumiere-en": 7, "maison-lumiere-across": 14}
_FOLLOW_UPS = (
    "Combien de jours de télétravail par semaine ?",
    "Et pour les stagiaires ?",
    "Et à quelle date faut-il poser les jours ?",
    "Et pendant la grossesse ?",
    "Et depuis l'étranger ?",
)
_LONG = "Quelle est l'indemnité de télétravail ? " + "Voici ma situation : j'habite à Nantes, à côté du quai. " * 60
_CUT_NOTICES = frozenset(language.ANSWER_TEXTS.not_all_read for language in LANGUAGES.values())
_LOADING_SECONDS, _SMALL_CONTEXT = 15, 512
_CITED = re.compile(r"\[(\d+)\]")
_LONGEST_ANSWER = "80"  # tokens: it says little that is worth waiting for
_END_SECONDS = 90.0
_LIMIT = 400.0  # seconds for one answer
_SETTINGS = {
    "CHAT_MODEL": MODEL,
    "EMBEDDING_MODEL": "local:multilingual-e5-small",
    "NUM_CTX": "2048",
    "PASSAGES_IN_PROMPT": "2",
    "CHAT_TIMEOUT": "300",
    "ADMINS": "UALICE",
}


@dataclass(slots=True)
class Run:
    """A run: the Slack, the model's server, and what was asked, with the answer by the question's ts."""

    slack: LocalSlack
    url: str
    answers: dict[str, Message] = field(default_factory=dict)
    stops: list[float] = field(default_factory=list)
    channel: str = ""

    def fetch_record(self) -> list[dict[str, Any]]:
        """What the model was asked so far, its own counts and times."""
        with urllib.request.urlopen(f"{self.url}/_record", timeout=10) as answer:  # noqa: S310 (our own server)
            told: list[dict[str, Any]] = json.load(answer)
            return told

    async def ask(self, text: str, thread_ts: str | None = None) -> str:
        """Ask directly and wait for the finished answer; return the thread's ts."""
        ts = await self.slack.person("alice").dm(text, thread_ts)
        thread = thread_ts or ts
        self.answers[ts] = await self.slack.wait_for(
            lambda m: bool(m.bot_id) and m.thread_ts == thread and m.ts > ts and not m.streaming and bool(m.text),
            _LIMIT,
        )
        self.channel = self.answers[ts].channel
        print(f"{len(self.answers):3} {text[:50]!r} -> {self.answers[ts].text[:70]!r}", flush=True)
        return thread

    async def ask_and_stop(self, text: str) -> None:
        """Ask, stop at the first words, and note how long the model went on."""
        ts = await self.slack.person("alice").dm(text)
        message = await self.slack.wait_for(lambda m: m.thread_ts == ts and m.streaming and bool(m.text), _LIMIT)
        pressed = time.monotonic()
        await self.slack.person("alice").stop(message.channel, ts)
        self.answers[ts] = await self.slack.wait_for(
            lambda m: bool(m.bot_id) and m.thread_ts == ts and not m.streaming, _LIMIT
        )
        shown_after = time.monotonic() - pressed
        async with asyncio.timeout(60):
            while not (closed := self.fetch_record()[-1].get("closed")):  # noqa: ASYNC110 (the server rings no bell)
                await asyncio.sleep(0.05)
        self.stops += [shown_after, closed - pressed]
        print(
            f"{len(self.answers):3} stopped: shown after {self.stops[-2]:.2f} s, the model after {self.stops[-1]:.2f} s"
        )

    def first_word_lags(self, record: list[dict[str, Any]]) -> list[float]:
        """Milliseconds from the model's first word of an answer to Slack's."""
        begun = [call.at for call in self.slack.calls if call.method == "chat.startStream" and not call.error]
        firsts = [one["first"] for one in record if one["first"]]
        return [1000 * (at - max(first for first in firsts if first <= at)) for at in begun if min(firsts) <= at]


async def measure(arguments: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Run the questions, and compute the figures."""
    terminal = Terminal(folder)
    shutil.copytree("playground/documents", folder / "documents")
    scan = [sys.executable, "-m", "ingestion", "scan"]
    environment = terminal.environment(DOCUMENTS_DIR=str(folder / "documents"), **_SETTINGS)
    await asyncio.to_thread(subprocess.run, scan, env=environment, cwd=folder, check=True, capture_output=True)
    slow = await _ask_a_slow_model(arguments, terminal)
    with _serve_model(arguments) as url:
        async with serve_slack(port=0, manifest=Path("manifest.json")) as slack:
            run = Run(slack, url)
            with _bot(terminal, slack, url, folder / "bot.log"):
                await slack.wait_connected(timeout=120)
                await _ask_all(run, arguments.questions, 60 * arguments.minutes)
                record = run.fetch_record()
    states = _read_states(folder, run)
    return _compute_figures(run, record, states) | slow


async def _ask_a_slow_model(arguments: argparse.Namespace, terminal: Terminal) -> dict[str, object]:
    """Asks a model that takes long to load, and has a smaller context than NUM_CTX, as soon as the bot is there."""
    with _serve_model(arguments, str(_LOADING_SECONDS), str(_SMALL_CONTEXT)) as url:
        async with serve_slack(port=0, manifest=Path("manifest.json")) as slack:
            run = Run(slack, url)
            with _bot(terminal, slack, url, terminal.folder / "slow.log"):
                await slack.wait_connected(timeout=120)
                await run.ask(_FOLLOW_UPS[0])
            [told] = [shown(message) for message in run.answers.values()]
            steps = [str(call.arguments) for call in slack.calls if call.method.endswith("Stream")]
    return {
        "slow_load_told": any(FRENCH.loading in step for step in steps),
        "cut_by_a_smaller_context_told": any(notice in told for notice in _CUT_NOTICES),
    }


async def _ask_all(run: Run, count: int, seconds: float) -> None:
    """Asks follow-ups, a long question and one that is stopped, then single ones until there are enough."""
    ends = time.monotonic() + seconds
    thread = await run.ask(_FOLLOW_UPS[0])
    for text in _FOLLOW_UPS[1:]:
        await run.ask(text, thread)
    await run.ask_and_stop("Comment déclarer un sinistre ou un dégât des eaux ?")
    await run.ask(_LONG)
    for text in _pick_questions()[: max(count - len(run.answers), 0)]:
        if time.monotonic() < ends:
            await run.ask(text)


def _pick_questions() -> list[str]:
    picked = []
    for name, count in _PICKED.items():
        rows = [json.loads(line) for line in (_QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        picked += [row["question"] for row in rows[:: max(len(rows) // count, 1)][:count]]
    return picked


def _compute_figures(run: Run, record: list[dict[str, Any]], states: dict[str, str]) -> dict[str, object]:
    texts = {ts: shown(message) for ts, message in run.answers.items()}
    invented = [ts for ts, text in texts.items() if _cites_without_source(run.answers[ts].text, text)]
    cut = [one for one in record if one["read"] < one["sent"]]
    told = sum(any(notice in text for notice in _CUT_NOTICES) for text in texts.values())
    ratios = [one["characters"] / one["sent"] for one in record]
    errors = [one["characters"] / ASSUMED_CHARACTERS_PER_TOKEN / one["sent"] - 1 for one in record]
    lags = run.first_word_lags(record)
    closed = {ts: state for ts, state in states.items() if state in ("answered", "stopped")}
    return {
        "bench": "real_model",
        "asked": len(run.answers),
        "chats": len(record),
        "states": {state: list(states.values()).count(state) for state in sorted(set(states.values()))},
        "not_in_a_true_state": len(run.answers) - len(closed),
        "invented_citations_shown": len(invented),
        "broken_characters_shown": sum("\ufffd" in text for text in texts.values()),
        "answers_with_accents": sum(bool(re.search("[à-ÿ]", message.text)) for message in run.answers.values()),
        "prompts_cut": len(cut),
        "cuts_told": told,
        "largest_prompt_share_of_context": round(max(one["sent"] / one["context"] for one in record), 2),
        "characters_per_token": [round(one, 2) for one in (min(ratios), statistics.median(ratios), max(ratios))],
        "estimate_error": [round(one, 2) for one in (min(errors), statistics.median(errors), max(errors))],
        "first_word_lag_ms": {"p50": round(statistics.median(lags)), "max": round(max(lags)), "streams": len(lags)},
        "stop_s": [round(one, 2) for one in run.stops],
        "load": round(os.getloadavg()[0], 1),
    }


def _cites_without_source(text: str, everything: str) -> bool:
    """Whether an answer shows a number that none of its sources has."""
    sources = set(re.findall(r"\[(\d+)\] <", everything))
    return not set(_CITED.findall(text.partition("\n\n")[0])) <= sources


def _read_states(folder: Path, run: Run) -> dict[str, str]:
    """The state of each question in the log, by its ts; "missing" for one that is not there."""
    client = build_client(Engine(folder / "qdrant"))
    try:
        log = QuestionLog.open_question_log(client, "souffleur", is_single_process=True)
        known = {one.ts: one.state for one in log.list_questions_since(0.0)}
    finally:
        client.close()
    return {ts: known.get(ts, "missing") for ts in run.answers}


@contextmanager
def _serve_model(arguments: argparse.Namespace, *settings: str) -> Iterator[str]:
    command = ["node", str(_SERVER), str(arguments.model), str(arguments.modules), _LONGEST_ANSWER, *settings]
    with subprocess.Popen(["nice", "-n", "15", *command], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603, S607 (our own)
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield str(json.loads(line)["url"])
        finally:
            process.terminate()


@contextmanager
def _bot(terminal: Terminal, slack: LocalSlack, url: str, log: Path) -> Iterator[None]:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "OLLAMA_URL": url,
        **_SETTINGS,
    }
    command = [sys.executable, "-m", "bot"]
    environment = terminal.environment(**settings)
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env=environment, cwd=terminal.folder, stderr=out) as process,  # noqa: S603 (our own)
    ):
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()  # what it has written is judged all the same
                process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the GGUF file")
    parser.add_argument("--modules", type=Path, required=True, help="the folder node_modules with node-llama-cpp")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=60.0, help="ask no further question after so long")
    parser.add_argument("--keep", type=Path, help="keep the index and the bot's log here")
    arguments = parser.parse_args()
    if arguments.keep:
        kept = arguments.keep.resolve()  # the worker and the bot run in it
        if kept.exists():
            parser.error(f"{kept} exists: name a folder that is not there yet.")
        kept.mkdir(parents=True)
        figures = asyncio.run(measure(arguments, kept))
    else:
        with tempfile.TemporaryDirectory() as folder:
            figures = asyncio.run(measure(arguments, Path(folder)))
    for name, value in figures.items():
        print(f"{name:34} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
