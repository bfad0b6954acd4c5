"""Whatever happens to a folder, and wherever workers die: after one undisturbed pass the model follows it.

`TORTURE=10` makes ten times as many steps. A failure prints the steps and a line that repeats them.
"""

from __future__ import annotations

import os
from itertools import islice

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from ingestion.plan import LONGEST_REST
from tests.torture.planned import BROKEN, Model

TIMES = int(os.environ.get("TORTURE", "1"))
STEPS = 50  # at most, in each example: about 10,000 in all

PATHS = st.sampled_from(
    [f"{folder}{stem}.{suffix}" for folder in ("", "f/", "g/") for stem in "ab" for suffix in ("md", "txt")]
)
CONTENTS = st.sampled_from(["x", "y", "# z", "# zz", BROKEN])
FOLDERS = st.sampled_from(["", "f", "g"])
DAYS = st.sampled_from([-86_400.0, -60.0, 0.0, 1.0, 60.0, 7200.0, 86_400.0])


class PlannerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()

    @initialize(files=st.dictionaries(PATHS, CONTENTS, min_size=3))
    def fill(self, files: dict[str, str]) -> None:
        for path, content in files.items():
            self.model.write(path, content)

    @property
    def has_files(self) -> bool:
        return bool(self.model.files)

    def any_file(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.model.files)), label="file")

    @rule(path=PATHS, content=CONTENTS)
    def write(self, path: str, content: str) -> None:
        self.model.write(path, content)

    @precondition(lambda self: self.has_files)
    @rule(data=st.data(), goal=PATHS)
    def move(self, data: st.DataObject, goal: str) -> None:
        self.model.move(self.any_file(data), goal)

    @precondition(lambda self: self.has_files)
    @rule(data=st.data(), goal=PATHS)
    def copy(self, data: st.DataObject, goal: str) -> None:
        self.model.write(goal, self.model.files[self.any_file(data)].content)

    @precondition(lambda self: self.has_files)
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        self.model.swap(self.any_file(data), self.any_file(data))

    @precondition(lambda self: self.has_files)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        del self.model.files[self.any_file(data)]

    @precondition(lambda self: self.has_files)
    @rule(data=st.data(), locked=st.booleans())
    def lock(self, data: st.DataObject, *, locked: bool) -> None:
        self.model.lock(self.any_file(data), locked=locked)

    @rule(folder=FOLDERS)
    def close(self, folder: str) -> None:
        self.model.closed ^= {folder}

    @rule(seconds=DAYS)
    def turn_the_clock(self, seconds: float) -> None:
        self.model.now += seconds

    @rule(writes=st.integers(0, 8))
    def die(self, writes: int) -> None:
        self.work(writes)

    @rule()
    def live(self) -> None:
        self.work(None)

    def work(self, writes: int | None) -> None:
        """A pass, or its first writes: what answers goes on answering after each of them."""
        answering = self.model.answering()
        for _ in islice(self.model.run_pass(), writes):
            assert answering <= self.model.answering()

    @rule()
    def judge(self) -> None:
        self.model.closed.clear()
        self.model.now += LONGEST_REST + 1
        self.work(None)
        assert self.model.differences() == []
        assert list(self.model.run_pass()) == []

    def teardown(self) -> None:
        self.judge()


def test_one_pass_brings_any_model_to_its_folder() -> None:
    run_state_machine_as_test(
        PlannerMachine,
        settings=settings(
            max_examples=240 * TIMES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
