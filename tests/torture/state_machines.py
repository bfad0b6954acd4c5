"""Runs a state machine for so many steps, by a seed that can be given, and tells what it did. Knows no machine."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from hypothesis.stateful import RuleBasedStateMachine

TIMES = int(os.environ.get("TORTURE", "1"))
SEED = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
# To shrink a failure takes minutes, which a test among others has not.
_PHASES = tuple(phase for phase in Phase if TIMES > 1 or phase not in (Phase.shrink, Phase.explain))


@dataclass(slots=True)
class Made:
    """What a machine counts itself: the steps that were made, those of the last judgement too."""

    examples: int = 0
    steps: int = 0


def run(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """So many examples of so many steps each, or `TORTURE` times as many."""
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=examples * TIMES,
            stateful_step_count=steps,
            phases=_PHASES,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@contextmanager
def told(capsys: pytest.CaptureFixture[str], name: str, made: Made) -> Iterator[None]:
    """Print the seed and the steps made, whatever comes of it."""
    try:
        yield
    finally:
        with capsys.disabled():
            sys.stdout.write(f"\n{name}: seed {SEED}, {made.examples} examples, {made.steps} steps\n")
