"""Ends both processes while they work: no answer and no pass may be left unfinished."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.slack.app import LocalSlack, serve_slack
from playground.slack.state.records import Message
from tests.bot.cli.running_commands import Terminal
from tests.bot.slack.running_bot import shown
from tests.doubles.ollama import Faults, Ollama, matching, running_ollama

LIMIT = 60.0  # seconds; on a busy machine
SENTENCE = "Deux jours par semaine selon le guide [1], " + " ".join(f"mot{n}" for n in range(30)) + "."


@dataclass(frozen=True, slots=True)
class RunningBot:
    """The bot as a process, in a local Slack, over an embedded index, with a double of Ollama."""

    slack: LocalSlack
    ollama: Ollama
    terminal: Terminal
    process: subprocess.Popen[bytes]

    async def ask_and_wait_for_words(self) -> Message:
        """Ask, and return the answer when its first words are shown."""
        await self.slack.person("camille").post("#rh", "<@USOUFFLEUR> Combien de jours de télétravail ?")
        return await self.slack.wait_for(lambda m: m.streaming and "Deux jours" in m.text, LIMIT)

    async def ended(self, seconds: float) -> int:
        return await asyncio.to_thread(self.process.wait, seconds)

    def reload(self, message: Message) -> Message:
        return next(m for m in self.slack.messages if m.key == message.key)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = Terminal(tmp_path_factory.mktemp("endings"))
    (terminal.folder / "documents").mkdir()
    guide = "# Guide\n\nLe télétravail est limité à deux jours par semaine."
    (terminal.folder / "documents" / "guide.md").write_text(guide, encoding="utf-8")
    assert terminal.run("scan", module="ingestion").returncode == 0
    return terminal


async def test_an_answer_in_flight_is_finished_before_the_bot_ends(terminal: Terminal) -> None:
    """Health follows the bot's life meanwhile."""
    async with _bot(terminal, Faults(between_tokens=0.1)) as bot:
        async with asyncio.timeout(LIMIT):
            while (health := await asyncio.to_thread(terminal.run, "health")).returncode:
                pass
        assert "The bot process is alive" in health.stdout
        message = await bot.ask_and_wait_for_words()
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ended(LIMIT) == 0
        assert bot.reload(message).text.split("\n")[0].strip() == SENTENCE
        assert not bot.reload(message).streaming
    assert terminal.run("health").returncode == 1


async def test_an_answer_that_takes_too_long_ends_with_a_sentence(terminal: Terminal) -> None:
    async with _bot(terminal, Faults(stall_after=8), SHUTDOWN_GRACE="0.5") as bot:
        message = await bot.ask_and_wait_for_words()
        bot.process.send_signal(signal.SIGTERM)  # the model would be silent for ever
        assert await bot.ended(LIMIT) == 0
        assert "J'ai été interrompu" in bot.reload(message).text
        assert bot.reload(message).text.startswith("Deux jours")
        assert not bot.reload(message).streaming


@pytest.mark.timeout(300)  # it starts the bot twice
async def test_a_bot_that_is_killed_answers_each_of_twenty_questions_once_after_all(terminal: Terminal) -> None:
    """And the question of a private answer."""
    script = matching(("Question : Combien", SENTENCE))
    async with running_ollama(script=script, faults=Faults(between_tokens=0.2)) as ollama, serve_slack(port=0) as slack:
        settings = {**_addresses(slack, ollama), "CHAT_PARALLEL": "20"}
        people = [slack.person(name) for name in ("camille", "alice", "james")]
        with _process(terminal, "bot", **settings) as process:
            await slack.wait_connected(timeout=LIMIT)
            await people[0].command("/ask", "Combien de jours de télétravail ?", "#rh")
            searching = await slack.wait_for(lambda m: bool(m.ephemeral_to) and "Je cherche" in shown(m), LIMIT)
            asked = [await people[n % 3].dm("Combien de jours de télétravail ?") for n in range(20)]
            await slack.wait_until(lambda: len([m for m in slack.messages if m.streaming]) >= 6 or None, LIMIT)
            process.send_signal(signal.SIGKILL)
            process.wait(LIMIT)
        ollama.faults = Faults()
        with _process(terminal, "bot", **settings) as process:
            await slack.wait_until(lambda: _finished(slack, asked), 2 * LIMIT, "20 answers")
            private = await slack.wait_for(lambda m: bool(m.ephemeral_to) and SENTENCE in shown(m), LIMIT)
            for ts in asked:
                [answer] = [m for m in slack.messages if m.bot_id and m.thread_ts == ts]
                assert answer.text.split("\n")[0].strip() == SENTENCE
            process.send_signal(signal.SIGINT)
            assert await asyncio.to_thread(process.wait, LIMIT) == 0
        assert (private.ephemeral_to, private.ts > searching.ts) == ("UCAMILLE", True)
        told = [m for m in slack.messages if m.bot_id and m.ephemeral_to]
        assert len(told) == 2, "the line of the acknowledgement, and the answer"


def _finished(slack: LocalSlack, asked: list[str]) -> bool | None:
    whole = {
        m.thread_ts
        for m in slack.messages
        if m.bot_id and not m.ephemeral_to and not m.streaming and "Recherche par les mots" in shown(m)
    }
    return whole == set(asked) or None


def test_the_worker_ends_when_told_to_and_health_follows_its_life(terminal: Terminal) -> None:
    with _process(terminal, "ingestion", "watch") as worker:
        end = time.monotonic() + LIMIT
        while (health := terminal.run("health", module="ingestion")).returncode:
            assert time.monotonic() < end, health.stdout
        assert "The ingestion process is alive" in health.stdout
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(LIMIT) == 0
    assert terminal.run("health", module="ingestion").returncode == 1
    assert '"searchable": 1' in terminal.run("status", "--json", module="ingestion").stdout


@contextlib.asynccontextmanager
async def _bot(terminal: Terminal, faults: Faults, **settings: str) -> AsyncIterator[RunningBot]:
    script = matching(("Question : Combien", SENTENCE))
    async with running_ollama(script=script, faults=faults) as ollama, serve_slack(port=0) as slack:
        with _process(terminal, "bot", **{**_addresses(slack, ollama), **settings}) as process:
            await slack.wait_connected(timeout=LIMIT)
            yield RunningBot(slack, ollama, terminal, process)


def _addresses(slack: LocalSlack, ollama: Ollama) -> dict[str, str]:
    addresses = {"OLLAMA_URL": ollama.url, "SLACK_API_URL": slack.api_url}
    return {**addresses, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}


@contextlib.contextmanager
def _process(terminal: Terminal, module: str, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", module, *command],
        env=terminal.environment(DOCUMENTS_DIR=str(terminal.folder / "documents"), **settings),
        cwd=Path(terminal.folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait(LIMIT)
