"""Measure the bot under load, as a process over a real WebSocket. `python -m bench.bot.load`.

The bot uses an embedded index and a scripted model at a set speed in another process. This process is the local Slack
and the people who ask. After a few first questions, about 20 are kept running: this gives the time from an event to the
model's prompt, to the first status, and from the model's first token to Slack's. Then many come at once, a fifth of
them twice, while sockets close and calls get 429.

Prints one JSON line last. Clock times grow with other load of the machine, so the load is printed before and after.
For each question it also prints the processor time of the bot, which does not grow with load, and the time that the
bot was ready to run without a processor, which does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bot.scripted_model import Speaker, speaking
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.state.records import Message
from playground.slack.web_api.server import ApiCall
from tests.bot.cli.running_commands import Terminal

if TYPE_CHECKING:
    from tests.doubles.ollama_state import Spoken

_NUMBER = re.compile(r"équipe (\d+)")
_PLACES = (("camille", "#rh"), ("alice", "#general"), ("james", "#english-desk"), ("alice", "#finance"))
_PEOPLE = ("camille", "alice", "james")
_PLACES_AND_PEOPLE = 12
_LIMITED = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "users.info")
_RETRY_SECONDS = (0.0, 10.0, 50.0)  # Slack's at once, 1 and 5 minutes, in a sixth of the time
_WORDS = "Deux jours par semaine selon le guide [1], " + " ".join(f"mot{n}" for n in range(50)) + "."


@dataclass(frozen=True, slots=True)
class Moment:
    """How many questions were asked until then, and when it was, in seconds of the monotonic clock."""

    asked: int
    at: float


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

    async def ask(self) -> None:
        """Ask the next question, in one of the channels or directly."""
        n = len(self.threads)
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

    def moment(self) -> Moment:
        """Where the run stands."""
        return Moment(len(self.threads), time.monotonic())

    def statuses(self, since: Moment) -> list[float]:
        """Milliseconds from each event to the first status in its thread."""
        sent = self._sent_times()
        shown: dict[str, float] = {}
        for call in self.slack.calls:
            if call.method == "agents.sessions.setStatus" and not call.error:
                shown.setdefault(str(call.arguments["thread_ts"]), call.at)
        asked = (ts for ts, n in self.threads.items() if n >= since.asked)
        return [1000 * (shown[ts] - sent[ts]) for ts in asked if ts in shown]

    def prompt_times(self, since: Moment) -> list[float]:
        """Milliseconds from each event to the model's prompt: the search, and Slack's calls before it."""
        sent, times = self._sent_times(), self.times()
        asked = ((ts, times[n]) for ts, n in self.threads.items() if n >= since.asked and n in times)
        return [1000 * (spoken.asked - sent[ts]) for ts, spoken in asked]

    def _sent_times(self) -> dict[str, float]:
        """When each message's first event was sent, by its ts."""
        events = (s for s in reversed(self.slack.sent) if s.kind == "events_api")
        return {str(s.payload["event"]["ts"]): s.at for s in events}  # type: ignore[index] # JSON

    def first_token_lags(self, since: Moment) -> list[float]:
        """Milliseconds from the model's first word to Slack's, where Slack's rates allowed a stream."""
        times = self.times()
        begun = ((call, self.threads[thread]) for call, thread in self._calls("chat.startStream"))
        return [1000 * (call.at - times[n].first) for call, n in begun if n >= since.asked]

    def _calls(self, *methods: str) -> list[tuple[ApiCall, str]]:
        """The calls that went through, each with its thread."""
        threads = {m.key: m.thread_ts for m in self.slack.messages}
        done = [call for call in self.slack.calls if call.method in methods and not call.error]
        keyed = [(call, threads.get((str(call.answer.get("channel")), str(call.answer.get("ts"))))) for call in done]
        return [(call, thread) for call, thread in keyed if thread in self.threads]

    def acknowledgements(self, since: Moment) -> list[float]:
        """Milliseconds from each event to its acknowledgement."""
        sent = (s for s in self.slack.sent if s.kind == "events_api" and s.acked and s.at >= since.at)
        return [1000 * (s.acked_at - s.at) for s in sent]


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
    terminal = await asyncio.to_thread(write_index, folder, speaker.url)
    log, loaded = arguments.log or folder / "bot.log", os.getloadavg()[0]
    async with serve_slack(port=0, manifest=Path("manifest.json"), retry_delays=_RETRY_SECONDS) as slack:
        load = Load(slack, speaker)
        speaker.pace(4 / len(_WORDS.split()))
        with serve_bot(terminal, slack, speaker.url, log) as process:
            await slack.wait_connected(timeout=60)
            await _warm(load, log)
            began, before = load.moment(), processor_seconds(process.pid)
            await _steady(load, arguments.steady)
            busy = [after - earlier for after, earlier in zip(processor_seconds(process.pid), before, strict=True)]
            prompts, lags, statuses = load.prompt_times(began), load.first_token_lags(began), load.statuses(began)
            steady_acks, then = load.acknowledgements(began), load.moment()
            _rest()
            await _burst(load, arguments.burst, random.Random(arguments.seed))  # noqa: S311 (no secret)
            acks = load.acknowledgements(then)
            answers = load.answers()
            memory = _peak_mb(process.pid)
    return {
        "asked": len(load.threads),
        "answered": len(answers),
        "lost": len(load.threads) - len(answers),
        "doubled": sum(count > 1 for count in answers.values()),
        "ack_p99_ms": _percentile(acks, 99),
        "prompt_p95_ms": _percentile(prompts, 95),
        "first_token_lag_p95_ms": _percentile(lags, 95),
        "rss_mb": memory,
        "prompt_p50_ms": _percentile(prompts, 50),
        "first_token_lag_p50_ms": _percentile(lags, 50),
        "first_status_p95_ms": _percentile(statuses, 95),
        "first_status_p50_ms": _percentile(statuses, 50),
        "steady_ack_p99_ms": _percentile(steady_acks, 99),
        "steady_ack_p50_ms": _percentile(steady_acks, 50),
        "cpu_ms_per_question": round(1000 * busy[0] / arguments.steady, 1),
        "no_cpu_ms_per_question": round(1000 * busy[1] / arguments.steady, 1),
        "load_before": round(loaded, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


async def _warm(load: Load, log: Path) -> None:
    """Until the bot has connected, and has answered in each place once."""
    while not is_ready(log):  # noqa: ASYNC110 (a log rings no bell)
        await asyncio.sleep(0.1)
    for _ in range(_PLACES_AND_PEOPLE):
        await load.ask()
    await load.answered(60)


async def _steady(load: Load, count: int) -> None:
    """About 20 questions in flight: 5 a second, each taking the model 4 seconds, as throughout."""
    for _ in range(count):
        await load.ask()
        await asyncio.sleep(0.2)
    await load.answered(120)


def _rest() -> None:
    """Take out of the local Slack's way what it would collect amid the rush: 50 ms in which it hears nothing."""
    gc.collect()
    gc.freeze()


async def _burst(load: Load, count: int, chance: random.Random) -> None:
    """All at once, a fifth twice, with sockets that close and calls that are refused for a while."""
    for n in range(count):
        if n % 5 == 0:
            load.slack.faults.send_events_twice()
        if n % 20 == 0:
            load.slack.faults.limit(chance.choice(_LIMITED), retry_after=1)
        await load.ask()
    for _ in range(10):
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        if chance.random() < 0.5:
            load.slack.faults.drop_sockets()
        else:
            await load.slack.faults.disconnect()
    await load.answered(240)


def write_index(folder: Path, model_url: str) -> Terminal:
    """Indexes one document in a folder."""
    terminal = Terminal(folder)
    documents = folder / "documents"
    documents.mkdir()
    guide = "# Guide\n\nLe télétravail est limité à deux jours par semaine pour chaque équipe."
    (documents / "guide.md").write_text(guide, encoding="utf-8")
    read = terminal.run("scan", module="ingestion", DOCUMENTS_DIR=str(documents), OLLAMA_URL=model_url)
    if read.returncode:
        raise SystemExit(read.stderr)
    return terminal


@contextmanager
def serve_bot(terminal: Terminal, slack: LocalSlack, model_url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs the bot as a process over an index, connected to a local Slack."""
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "OLLAMA_URL": model_url,
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


def is_ready(log: Path) -> bool:
    """Whether the bot's log says that it is connected."""
    return "runner: connected" in log.read_text(encoding="utf-8")


def processor_seconds(pid: int) -> tuple[float, float]:
    """How long the threads of a process have had a processor so far, and how long they were ready and had none."""
    told = [path.read_text(encoding="ascii").split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(one[0]) for one in told) / 1e9, sum(int(one[1]) for one in told) / 1e9


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
