"""How the bot behaves under load, as a process over a real WebSocket. `python -m bench.load`.

A local Slack and a double of Ollama at a set speed run here; the bot runs beside them over an embedded index. First 20
questions are kept in flight for the bot's own time (from the event to the model's first byte of the prompt, and from
the model's last word to the last call) and for the first token; then 200 questions come at once, a fifth of them twice,
while sockets close and calls meet 429. Prints one JSON line last, with the machine's load.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playground.slack.app import LocalSlack, running
from playground.slack.records import Message
from playground.slack.web_api import Call
from tests.bot.commands import Terminal
from tests.doubles.ollama import Faults, Ollama, matching, ollama_in_thread
from tests.doubles.ollama_state import Spoken

_NUMBER = re.compile(r"équipe (\d+)")
_PLACES = (("camille", "#rh"), ("alice", "#general"), ("james", "#english-desk"), ("alice", "#finance"))
_PEOPLE = ("camille", "alice", "james")
_LIMITED = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "users.info")
_WORDS = "Deux jours par semaine selon le guide [1], et davantage avec un accord écrit de la direction."


@dataclass(slots=True)
class Load:
    """A run: what was asked, and when the model did what."""

    slack: LocalSlack
    ollama: Ollama
    threads: dict[str, int] = field(default_factory=dict)

    @property
    def times(self) -> dict[int, Spoken]:
        """When the model was asked each question, and began and ended its answer."""
        numbered = ((_NUMBER.findall(spoken.question), spoken) for spoken in self.ollama.spoken)
        return {int(found[-1]): spoken for found, spoken in numbered if found and spoken.last}

    async def ask(self, n: int) -> None:
        """Ask one question, in one of the channels or directly."""
        text = f"Combien de jours de télétravail pour l'équipe {n} ?"
        if n % 3:
            who, channel = _PLACES[n % len(_PLACES)]
            ts = await self.slack.person(who).post(channel, f"<@USOUFFLEUR> {text}")
        else:
            ts = await self.slack.person(_PEOPLE[n // 3 % len(_PEOPLE)]).dm(text)
        self.threads[ts] = n

    def answers(self) -> Counter[int]:
        """How many finished answers each question has."""
        return Counter(self.threads[m.thread_ts] for m in self.slack.messages if m.thread_ts and self._is_answer(m))

    async def answered(self, seconds: float) -> None:
        """Until every question has an answer, or for so long."""
        with contextlib.suppress(TimeoutError):
            await self.slack.wait_until(lambda: len(self.answers()) == len(self.threads) or None, seconds)

    def _is_answer(self, message: Message) -> bool:
        return bool(message.bot_id) and message.thread_ts in self.threads and not message.streaming

    def own_times(self) -> list[float]:
        """The bot's own milliseconds on each question of the steady part."""
        sent = {str(s.payload["event"]["ts"]): s.at for s in reversed(self.slack.sent) if s.kind == "events_api"}  # type: ignore[index]
        times = self.times
        last_calls = {thread: call.at for call, thread in self._calls("chat.stopStream", "chat.postMessage")}
        return [
            1000 * (times[n].asked - sent[ts] + max(last_calls[ts] - times[n].last, 0.0))
            for ts, n in self.threads.items()
            if n in times and ts in last_calls
        ]

    def first_token_lags(self) -> list[float]:
        """Milliseconds from the model's first word to Slack's, where Slack's rates allowed a stream."""
        return [
            1000 * (call.at - self.times[self.threads[thread]].first)
            for call, thread in self._calls("chat.startStream")
        ]

    def _calls(self, *methods: str) -> list[tuple[Call, str]]:
        """The calls that went through, each with its thread."""
        threads = {m.key: m.thread_ts for m in self.slack.messages}
        done = [call for call in self.slack.calls if call.method in methods and not call.error]
        keyed = [(call, threads.get((str(call.answer.get("channel")), str(call.answer.get("ts"))))) for call in done]
        return [(call, thread) for call, thread in keyed if thread in self.threads]

    def acknowledgements(self) -> list[float]:
        """Milliseconds from each event to its acknowledgement."""
        return [1000 * (s.acked_at - s.at) for s in self.slack.sent if s.kind == "events_api" and s.acked]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steady", type=int, default=60, help="questions of the steady part")
    parser.add_argument("--burst", type=int, default=200, help="questions at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="where the bot's log goes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, ollama_in_thread() as ollama:
        print(json.dumps(asyncio.run(_run(Path(scratch), ollama, arguments))))


async def _run(folder: Path, ollama: Ollama, arguments: argparse.Namespace) -> dict[str, object]:
    terminal = await asyncio.to_thread(_indexed, folder, ollama)
    async with running(port=0, manifest=Path("manifest.json"), retry_delays=(0.0, 10.0, 20.0)) as slack:
        load = Load(slack, ollama)
        ollama.script = matching(("équipe", _WORDS))
        with _bot(terminal, slack, ollama, arguments.log) as process:
            await slack.wait_connected(timeout=60)
            await _steady(load, arguments.steady)
            own, lags, steady_acks = load.own_times(), load.first_token_lags(), load.acknowledgements()
            await _burst(load, arguments.steady, arguments.burst, random.Random(arguments.seed))  # noqa: S311 (no secret)
            acks = load.acknowledgements()[len(steady_acks) :]
            answers = load.answers()
            memory = _peak_mb(process.pid)
    return {
        "asked": len(load.threads),
        "answered": len(answers),
        "lost": len(load.threads) - len(answers),
        "doubled": sum(count > 1 for count in answers.values()),
        "ack_p99_ms": _percentile(acks, 99),
        "own_p95_ms": _percentile(own, 95),
        "first_token_lag_p95_ms": _percentile(lags, 95),
        "rss_mb": memory,
        "steady_ack_p99_ms": _percentile(steady_acks, 99),
        "own_p50_ms": _percentile(own, 50),
        "load": round(os.getloadavg()[0], 1),
    }


async def _steady(load: Load, count: int) -> None:
    """About 20 questions in flight: 5 a second, each taking the model 4 seconds."""
    load.ollama.faults = Faults(between_tokens=4 / len(_WORDS.split()))
    for n in range(count):
        await load.ask(n)
        await asyncio.sleep(0.2)
    await load.answered(120)


async def _burst(load: Load, first: int, count: int, chance: random.Random) -> None:
    """All at once, a fifth twice, with sockets that close and calls that are refused for a while."""
    load.ollama.faults = Faults(between_tokens=0.01)
    for n in range(first, first + count):
        if n % 5 == 0:
            load.slack.faults.send_events_twice()
        if n % 20 == 0:
            load.slack.faults.limit(chance.choice(_LIMITED), retry_after=1)
        await load.ask(n)
    for _ in range(10):
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        if chance.random() < 0.5:
            load.slack.faults.drop_sockets()
        else:
            await load.slack.faults.disconnect()
    await load.answered(240)


def _indexed(folder: Path, ollama: Ollama) -> Terminal:
    terminal = Terminal(folder)
    documents = folder / "documents"
    documents.mkdir()
    guide = "# Guide\n\nLe télétravail est limité à deux jours par semaine pour chaque équipe."
    (documents / "guide.md").write_text(guide, encoding="utf-8")
    read = terminal.run("scan", module="ingestion", DOCUMENTS_DIR=str(documents), OLLAMA_URL=ollama.url)
    if read.returncode:
        raise SystemExit(read.stderr)
    return terminal


@contextmanager
def _bot(terminal: Terminal, slack: LocalSlack, ollama: Ollama, log: Path | None) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "OLLAMA_URL": ollama.url,
        "CHAT_PARALLEL": "20",
    }
    with (
        (log or Path(os.devnull)).open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "bot"], env=terminal.environment(**settings), cwd=terminal.folder, stderr=out
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()
            process.wait(20)


def _peak_mb(pid: int) -> float:
    """The most memory that the process has had."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(found[1]) / 1024, 1) if found else 0.0


def _percentile(values: Sequence[float], percent: int) -> float | None:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) * percent // 100, len(ordered) - 1)], 1) if ordered else None


if __name__ == "__main__":
    main()
