"""Measure how soon a bot answers after its start in a workspace of many people. `python -m bench.bot.large_workspace`.

The bot runs as a process over an embedded index, with the rates of Slack and without a model. Once it is connected,
one person asks directly, one in a small channel and one in a channel of which everybody is a member, at the same
time. Of the last, the bot cannot know yet whether all are full members: it says so, and answers without what is for
them. It prints one JSON line last: seconds from the start to the connection and from there to the end of each answer,
the processor time of the bot until both, and how long it was ready to run and had no processor. Clock times grow with
other load of the machine; each is the best of some rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.bot.load import is_ready, processor_seconds, serve_bot, write_index
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.state.records import User
from tests.bot.cli.running_commands import NO_OLLAMA, Terminal

_QUESTION = "Combien de jours de télétravail ?"
_TIMEOUT = 120.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.bot.large_workspace", description=__doc__)
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        terminal = write_index(Path(scratch), NO_OLLAMA)
        rounds = [asyncio.run(_measure_start(terminal, given.people, n)) for n in range(given.rounds)]
    best = {name: round(min(one[name] for one in rounds), 2) for name in rounds[0]}
    print(json.dumps({"people": given.people, **best, "load": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}))


async def _measure_start(terminal: Terminal, people: int, n: int) -> dict[str, float]:
    log = terminal.folder / f"bot-{n}.log"
    async with serve_slack(port=0, manifest=Path("manifest.json")) as slack:
        _fill_workspace(slack, people)
        started = time.perf_counter()
        with serve_bot(terminal, slack, NO_OLLAMA, log) as process:
            async with asyncio.timeout(_TIMEOUT):
                while not is_ready(log):  # noqa: ASYNC110 (a log rings no bell)
                    await asyncio.sleep(0.005)
            connected, busy = time.perf_counter(), processor_seconds(process.pid)
            answers = await asyncio.gather(*(_ask(slack, one) for one in ("direct", "#rh", "#general")))
            after = processor_seconds(process.pid)
    return {
        "connected_s": connected - started,
        "connected_cpu_s": busy[0],
        **{f"{name}_s": at - connected for name, at in zip(("direct", "channel", "all_hands"), answers, strict=True)},
        "answers_cpu_s": after[0] - busy[0],
        "answers_no_cpu_s": after[1] - busy[1],
    }


def _fill_workspace(slack: LocalSlack, people: int) -> None:
    """Adds people as if they had been there for long; all of them are members of #general."""
    crowd = {f"UCROWD{n}": User(f"UCROWD{n}", f"crowd{n}", f"Crowd {n}") for n in range(people)}
    slack.workspace.users |= crowd
    general = slack.workspace.channels["CGENERAL"]
    slack.workspace.channels["CGENERAL"] = replace(general, members=(*general.members, *crowd))


async def _ask(slack: LocalSlack, place: str) -> float:
    """Asks, and returns when the answer was whole."""
    person = slack.person("james" if place == "direct" else "alice")
    asked = await (person.dm(_QUESTION) if place == "direct" else person.post(place, f"@souffleur {_QUESTION}"))
    await slack.wait_for(lambda m: bool(m.bot_id) and m.thread_ts == asked and not m.streaming)
    return time.perf_counter()


if __name__ == "__main__":
    main()
