"""`make attacks`: plays every attack, writes the tables of SECURITY.md, and prints one JSON line last.

`--streams 200000` says how many generated streams are played; `--first` is the number of the first.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

from tests.attacks.corpus import ATTACKS
from tests.attacks.played import IN_SLACK, Played, play, play_in_slack

SECURITY = Path(__file__).parents[2] / "SECURITY.md"
BEGIN, END = "<!-- attacks: begin -->", "<!-- attacks: end -->"


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


def main() -> int:
    """Play, write, and say; 1 where anything got through or an attack did not reach the model."""
    runs = [*play(ATTACKS), *asyncio.run(play_in_slack(ATTACKS[::IN_SLACK]))]
    for run in runs:
        if run.foreign_urls or run.pings or run.leaks or run.secrets or not run.reached:
            print(run, file=sys.stderr)
    text = SECURITY.read_text()
    before, _, rest = text.partition(BEGIN)
    SECURITY.write_text(f"{before}{BEGIN}\n\n{table(runs)}\n\n{END}{rest.partition(END)[2]}")
    names = ("foreign_urls", "pings", "leaks", "secrets")
    sums = {name: sum(int(getattr(run, name)) for run in runs) for name in names}
    print(json.dumps({"attacks": len(ATTACKS), "runs": len(runs), **sums}))
    return int(any(sums.values()) or not all(run.reached for run in runs))


if __name__ == "__main__":
    sys.exit(main())
