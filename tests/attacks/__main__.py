"""`make attacks`: plays every attack, writes the tables of SECURITY.md, and prints one JSON line last.

`--streams 200000` says how many generated streams are played, `--visits 100` how many random visits; `--first` and
`--first-visit` are the numbers of the first ones. `--only` plays one of the three alone. `--only guards` takes away
each guard of guards.toml instead (an hour); `--file` says in which files.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from tests.attacks.corpus import ATTACKS
from tests.attacks.doors import STEPS, play_visit
from tests.attacks.guards import count_guards, play_guards
from tests.attacks.played import IN_SLACK, Played, play, play_in_slack
from tests.attacks.streams import PARSERS, Alive, play_streams

SECURITY = Path(__file__).parents[2] / "SECURITY.md"
BEGIN, END = "<!-- attacks: begin -->", "<!-- attacks: end -->"
CORPORA_BEGIN, CORPORA_END = "<!-- corpora: begin -->", "<!-- corpora: end -->"
_HEAD = "| corpus | judges | played on | runs | in which something got through |\n|---|---|---|---|---|"
_PARTS = ("streams", "visits", "attacks")
STREAMS, VISITS = 20_000, 40
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


def write_corpus_row(corpus: str, which: str, judges: str, runs: int, through: int) -> None:
    """Write which corpus was played, who judged it, when, and how it ended; the rows of others stay."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    key = f"| `tests/attacks/{corpus}`"
    told = SECURITY.read_text().partition(CORPORA_BEGIN)[2].partition(CORPORA_END)[0].strip().splitlines()[2:]
    rows = [row for row in told if not row.startswith(key)]
    rows.append(f"{key}, {which} | {judges} | {today} | {runs} | {through} |")
    _write_between(CORPORA_BEGIN, CORPORA_END, "\n".join((_HEAD, *sorted(rows))))


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
    parser.add_argument("--visits", type=int, default=VISITS, help="random visits to play")
    parser.add_argument("--first-visit", type=int, default=0, help="number of the first visit")
    parser.add_argument("--only", choices=(*_PARTS, "guards"), help="play this alone")
    parser.add_argument("--file", default="", help="a part of the path of the files whose guards are taken away")
    options = parser.parse_args()
    play: Mapping[str, Callable[[], int]] = {
        "streams": lambda: play_streams_from(options.first, options.streams),
        "visits": lambda: asyncio.run(play_visits(options.first_visit, options.visits)),
        "attacks": play_attacks,
        "guards": lambda: take_guards_away(options.file),
    }
    return max([play[part]() for part in ([options.only] if options.only else _PARTS)])


def play_streams_from(first: int, count: int) -> int:
    """Play generated streams, and write their row."""
    alive = len(play_generated_streams(first, count))
    judges = f"{', '.join(PARSERS)}, and Slack's own forms"
    write_corpus_row("grammar.py", f"streams {first} to {first + count - 1}", judges, count, alive)
    print(json.dumps({"streams": count, "alive": alive}))
    return int(bool(alive))


async def play_visits(first: int, count: int) -> int:
    """Play random visits to the doors of the bot, and write their row."""
    pool, told = ReaderPool(IngestionSettings(readers=1, read_seconds=30)), 0
    try:
        for seed in range(first, first + count):
            with tempfile.TemporaryDirectory() as root:
                found = await play_visit(seed, Path(root), pool)
            told += bool(found)
            for one in found:
                print(f"visit {seed}: {one}", file=sys.stderr)
    finally:
        pool.close()
    which = f"visits {first} to {first + count - 1} of {STEPS} steps"
    write_corpus_row("doors.py", which, "`tests/attacks/readers.py`, by the README's rules", count, told)
    print(json.dumps({"visits": count, "told": told}))
    return int(bool(told))


def take_guards_away(only: str) -> int:
    """Take each guard away by itself; 1 where no test fails."""
    missed = list(play_guards(only))
    for file, guard in missed:
        print(f"{file}: no test fails without {guard!r}", file=sys.stderr)
    print(json.dumps({"guards": count_guards(only), "missed": len(missed)}))
    return int(bool(missed))


def play_attacks() -> int:
    """Play the attacks through the index and the bot, and write their table."""
    runs = [*play(ATTACKS), *asyncio.run(play_in_slack(ATTACKS[::IN_SLACK]))]
    for run in runs:
        if run.foreign_urls or run.pings or run.leaks or run.secrets or not run.reached:
            print(run, file=sys.stderr)
    _write_between(BEGIN, END, table(runs))
    through = sum(bool(run.foreign_urls or run.pings or run.leaks or run.secrets) for run in runs)
    judge = "`tests/attacks/judge.py`, by what Slack makes clickable"
    write_corpus_row("corpus.py", f"{len(ATTACKS)} attacks in real files", judge, len(runs), through)
    names = ("foreign_urls", "pings", "leaks", "secrets")
    sums = {name: sum(int(getattr(run, name)) for run in runs) for name in names}
    print(json.dumps({"attacks": len(ATTACKS), "runs": len(runs), **sums}))
    return int(any(sums.values()) or not all(run.reached for run in runs))


if __name__ == "__main__":
    sys.exit(main())
