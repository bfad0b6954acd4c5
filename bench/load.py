"""How the bot behaves under load, as a process over a real WebSocket. `python -m bench.load`.

The bot runs over an embedded index, a double of Ollama at a set speed in another process; the local Slack and the
people who ask are this process. First questions are kept about 20 in flight: for the bot's own time (measured in the
bot, from the event on: without the waits for Slack, for the model's words and for a turn), the first status and the
first token. Then many come at once, a fifth of them twice, while sockets close and calls meet 429.

Prints one JSON line last. Clock times grow with whatever else the machine does, so its load is told before and after,
and with it the processor time that the bot took for a question, which does not.
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
from typing import TYPE_CHECKING

from bench.speaker import Speaker, speaking
from playground.slack.app import LocalSlack, running
from playground.slack.records import Message
from playground.slack.web_api import Call
from tests.bot.commands import Terminal

if TYPE_CHECKING:
    from tests.doubles.ollama_state import Spoken

_NUMBER = re.compile(r"équipe (\d+)")
_PLACES = (("camille", "#rh"), ("alice", "#general"), ("james", "#english-desk"), ("alice", "#finance"))
_PEOPLE = ("camille", "alice", "james")
_LIMITED = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "users.info")
_RETRY_SECONDS = (0.0, 10.0, 50.0)  # Slack's at once, 1 and 5 minutes, in a sixth of the time
_WORDS = "Deux jours par semaine selon le guide [1], " + " ".join(f"mot{n}" for n in range(50)) + "."


@dataclass(slots=True)
class Load:
    """A run: what was asked, and when the model did what."""

    slack: LocalSlack
    speaker: Speaker
    threads: dict[str, int] = field(default_factory=dict)

    def times(self) -> dict[int, Spoken]:
        """When the model was asked each question, and began and ended its answer."""
        numbered = ((_NUMBER.findall(spoken.question), spoken) for spoken in self.speaker.spoken())
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
        """Until every question has an answer, or for so long; looked at seldom, since looking costs time too."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(self.answers()) < len(self.threads):  # noqa: ASYNC110 (Slack's bell rings for every call)
                    await asyncio.sleep(0.5)

    def _is_answer(self, message: Message) -> bool:
        return bool(message.bot_id) and message.thread_ts in self.threads and not message.streaming

    def first_statuses(self) -> list[float]:
        """Milliseconds from each event to the first status in its thread."""
        sent = {str(s.payload["event"]["ts"]): s.at for s in reversed(self.slack.sent) if s.kind == "events_api"}  # type: ignore[index] # JSON
        shown: dict[str, float] = {}
        for call in self.slack.calls:
            if call.method == "assistant.threads.setStatus" and not call.error:
                shown.setdefault(str(call.arguments["thread_ts"]), call.at)
        return [1000 * (shown[ts] - sent[ts]) for ts in self.threads if ts in shown]

    def first_token_lags(self) -> list[float]:
        """Milliseconds from the model's first word to Slack's, where Slack's rates allowed a stream."""
        times = self.times()
        return [
            1000 * (call.at - times[self.threads[thread]].first) for call, thread in self._calls("chat.startStream")
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
    with tempfile.TemporaryDirectory() as scratch, speaking("équipe", _WORDS) as speaker:
        print(json.dumps(asyncio.run(_run(Path(scratch), speaker, arguments))))


async def _run(folder: Path, speaker: Speaker, arguments: argparse.Namespace) -> dict[str, object]:
    terminal = await asyncio.to_thread(_indexed, folder, speaker)
    log, loaded = arguments.log or folder / "bot.log", os.getloadavg()[0]
    async with running(port=0, manifest=Path("manifest.json"), retry_delays=_RETRY_SECONDS) as slack:
        load = Load(slack, speaker)
        with _bot(terminal, slack, speaker, log) as process:
            await slack.wait_connected(timeout=60)
            idle = _processor_seconds(process.pid)
            await _steady(load, arguments.steady)
            busy = _processor_seconds(process.pid) - idle
            own, lags, steady_acks = _own_times(log), load.first_token_lags(), load.acknowledgements()
            statuses = load.first_statuses()
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
        "own_p50_ms": _percentile(own, 50),
        "first_token_lag_p50_ms": _percentile(lags, 50),
        "first_status_p95_ms": _percentile(statuses, 95),
        "first_status_p50_ms": _percentile(statuses, 50),
        "steady_ack_p99_ms": _percentile(steady_acks, 99),
        "steady_ack_p50_ms": _percentile(steady_acks, 50),
        "cpu_ms_per_question": round(1000 * busy / arguments.steady, 1),
        "load_before": round(loaded, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


async def _steady(load: Load, count: int) -> None:
    """About 20 questions in flight: 5 a second, each taking the model 4 seconds."""
    load.speaker.pace(4 / len(_WORDS.split()))
    for n in range(count):
        await load.ask(n)
        await asyncio.sleep(0.2)
    await load.answered(120)


async def _burst(load: Load, first: int, count: int, chance: random.Random) -> None:
    """All at once, a fifth twice, with sockets that close and calls that are refused for a while."""
    load.speaker.pace(0.01)
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


def _indexed(folder: Path, speaker: Speaker) -> Terminal:
    terminal = Terminal(folder)
    documents = folder / "documents"
    documents.mkdir()
    guide = "# Guide\n\nLe télétravail est limité à deux jours par semaine pour chaque équipe."
    (documents / "guide.md").write_text(guide, encoding="utf-8")
    read = terminal.run("scan", module="ingestion", DOCUMENTS_DIR=str(documents), OLLAMA_URL=speaker.url)
    if read.returncode:
        raise SystemExit(read.stderr)
    return terminal


@contextmanager
def _bot(terminal: Terminal, slack: LocalSlack, speaker: Speaker, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "OLLAMA_URL": speaker.url,
        "CHAT_PARALLEL": "20",
    }
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "bot"], env=terminal.environment(**settings), cwd=terminal.folder, stderr=out
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()
            process.wait(20)


def _own_times(log: Path) -> list[float]:
    """The bot's own milliseconds for each question so far, as its log tells them."""
    return [float(own) for own in re.findall(r"own_ms=([\d.]+)", log.read_text(encoding="utf-8"))]


def _processor_seconds(pid: int) -> float:
    """What the process has taken of the processors."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
