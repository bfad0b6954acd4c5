"""`make attacks`: plays every attack, writes the tables of SECURITY.md, and prints one JSON line last.

`--streams 200000` says how many generated streams are played; `--first` is the number of the first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.attacks.corpus import ATTACKS
from tests.attacks.parsers import PARSERS
from tests.attacks.played import IN_SLACK, Played, play, play_in_slack
from tests.attacks.streams import Alive, play_streams

SECURITY = Path(__file__).parents[2] / "SECURITY.md"
BEGIN, END = "<!-- attacks: begin -->", "<!-- attacks: end -->"
STREAMS_BEGIN, STREAMS_END = "<!-- streams: begin -->", "<!-- streams: end -->"
STREAMS = 20_000
_REPORT_EVERY = 10_000


def table(runs: list[Played]) -> str:
    """The attacks by family: how many, how often each was played, and what got through."""
    lines = ["| family | attacks | runs | links | mentions | passages | secrets |", "|---|---|---|---|---|---|---|"]
    for family in dict.fromkeys(attack.family for attack in ATTACKS):
        of = [run for run in runs if run.attack.family == family]
        got: Counter[str] = Counter()
        for run in of:
            got.update(f=run.foreign_urls, p=run.pings, l=run.leaks, s=run.secrets)
        attacks = sum(attack.family == family for attack in ATTACKS)
        through = " | ".join(str(got[what]) for what in "fpls")
        lines.append(f"| {family} | {attacks} | {len(of)} | {through} |")
    return "\n".join(lines)


def streams_line(first: int, count: int, alive: int) -> str:
    """Which streams were played, who judged them, when, and in how many something was alive."""
    judges = f"{', '.join(PARSERS)}, and Slack's own forms"
    return (
        "| corpus | judges | played on | streams | with something alive |\n|---|---|---|---|---|\n"
        f"| `tests/attacks/grammar.py`, streams {first} to {first + count - 1} | {judges} "
        f"| {datetime.now(UTC):%Y-%m-%d} | {count} | {alive} |"
    )


def play_generated_streams(first: int, count: int) -> list[tuple[int, str, list[Alive]]]:
    """Plays generated streams, and reports each in which something is alive."""
    bad: list[tuple[int, str, list[Alive]]] = []
    for start in range(first, first + count, _REPORT_EVERY):
        for found in play_streams(start, min(_REPORT_EVERY, first + count - start)):
            print(found, file=sys.stderr)
            bad.append(found)
        print(f"streams up to {min(start + _REPORT_EVERY, first + count)}: {len(bad)} alive", file=sys.stderr)
    return bad


def _write_between(begin: str, end: str, words: str) -> None:
    text = SECURITY.read_text()
    before, _, rest = text.partition(begin)
    SECURITY.write_text(f"{before}{begin}\n\n{words}\n\n{end}{rest.partition(end)[2]}")


def main() -> int:
    """Play, write, and say; 1 where anything got through or an attack did not reach the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=STREAMS, help="generated streams to play")
    parser.add_argument("--first", type=int, default=0, help="number of the first stream")
    parser.add_argument("--streams-only", action="store_true", help="leave the attacks through the index out")
    options = parser.parse_args()
    alive = play_generated_streams(options.first, options.streams)
    _write_between(STREAMS_BEGIN, STREAMS_END, streams_line(options.first, options.streams, len(alive)))
    print(json.dumps({"streams": options.streams, "alive": len(alive)}))
    return int(bool(alive)) if options.streams_only else play_attacks() or int(bool(alive))


def play_attacks() -> int:
    """Play the attacks through the index and the bot, and write their table."""
    runs = [*play(ATTACKS), *asyncio.run(play_in_slack(ATTACKS[::IN_SLACK]))]
    for run in runs:
        if run.foreign_urls or run.pings or run.leaks or run.secrets or not run.reached:
            print(run, file=sys.stderr)
    _write_between(BEGIN, END, table(runs))
    names = ("foreign_urls", "pings", "leaks", "secrets")
    sums = {name: sum(int(getattr(run, name)) for run in runs) for name in names}
    print(json.dumps({"attacks": len(ATTACKS), "runs": len(runs), **sums}))
    return int(any(sums.values()) or not all(run.reached for run in runs))


if __name__ == "__main__":
    sys.exit(main())
