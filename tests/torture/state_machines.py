"""Runs a state machine of hypothesis with a given seed, and prints the seed and the number of steps."""

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
# Shrinking a failure takes minutes: too long for a run of all tests.
_PHASES = tuple(phase for phase in Phase if TIMES > 1 or phase not in (Phase.shrink, Phase.explain))


@dataclass(slots=True)
class StepCount:
    """Counts a machine's examples and steps, the last comparison included."""

    examples: int = 0
    steps: int = 0


def run_machine(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Run so many examples of so many steps each, or `TORTURE` times as many."""
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
def print_steps(capsys: pytest.CaptureFixture[str], name: str, steps: StepCount) -> Iterator[None]:
    """Print the seed and the number of steps, also after a failure."""
    try:
        yield
    finally:
        with capsys.disabled():
            sys.stdout.write(f"\n{name}: seed {SEED}, {steps.examples} examples, {steps.steps} steps\n")
