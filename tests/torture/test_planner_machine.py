"""Changes a model of a folder and kills workers anywhere: one undisturbed pass must repair the model.

`TORTURE=10` makes ten times as many steps and searches for the shortest failure; `SEED=` repeats a run. The seed and
the number of steps are printed; a failure prints its steps and a line that repeats it.
"""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ingestion.sync.retries import MAX_RETRY_SECONDS
from tests.torture.planner_model import BROKEN, FolderModel
from tests.torture.state_machines import StepCount, print_steps, run_machine

MADE = StepCount()

PATHS = st.sampled_from(
    [f"{folder}{stem}.{suffix}" for folder in ("", "f/", "g/") for stem in "ab" for suffix in ("md", "txt")]
)
CONTENTS = st.sampled_from(["x", "y", "# z", "# zz", BROKEN])
FOLDERS = st.sampled_from(["", "f", "g"])
DAYS = st.sampled_from([-86_400.0, -60.0, 0.0, 1.0, 60.0, 7200.0, 86_400.0])


class PlannerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = FolderModel()

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
        MADE.steps += 1
        self.model.write(path, content)

    @precondition(lambda self: self.has_files)
    @rule(data=st.data(), goal=PATHS)
    def move(self, data: st.DataObject, goal: str) -> None:
        MADE.steps += 1
        self.model.move(self.any_file(data), goal)

    @precondition(lambda self: self.has_files)
    @rule(data=st.data(), goal=PATHS)
    def copy(self, data: st.DataObject, goal: str) -> None:
        MADE.steps += 1
        self.model.write(goal, self.model.files[self.any_file(data)].content)

    @precondition(lambda self: self.has_files)
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        MADE.steps += 1
        self.model.swap(self.any_file(data), self.any_file(data))

    @precondition(lambda self: self.has_files)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        MADE.steps += 1
        del self.model.files[self.any_file(data)]

    @precondition(lambda self: self.has_files)
    @rule(data=st.data(), locked=st.booleans())
    def lock(self, data: st.DataObject, *, locked: bool) -> None:
        MADE.steps += 1
        self.model.lock(self.any_file(data), locked=locked)

    @rule(folder=FOLDERS)
    def close(self, folder: str) -> None:
        MADE.steps += 1
        self.model.closed ^= {folder}

    @rule(seconds=DAYS)
    def turn_the_clock(self, seconds: float) -> None:
        MADE.steps += 1
        self.model.now += seconds

    @rule(writes=st.integers(0, 8))
    def kill(self, writes: int) -> None:
        MADE.steps += 1
        self.run_pass(writes)

    @rule()
    def run_to_end(self) -> None:
        MADE.steps += 1
        self.run_pass(None)

    def run_pass(self, writes: int | None) -> None:
        """Run a pass or its first writes: after each write, every searchable document stays searchable."""
        answering = self.model.answering()
        for _ in islice(self.model.run_pass(), writes):
            assert answering <= self.model.answering()

    @rule()
    def compare(self) -> None:
        MADE.steps += 1
        self.model.closed.clear()
        self.model.now += MAX_RETRY_SECONDS + 1
        self.run_pass(None)
        assert self.model.find_differences() == []
        assert list(self.model.run_pass()) == []

    def teardown(self) -> None:
        MADE.examples += 1
        self.compare()


def test_one_pass_brings_any_model_to_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with print_steps(capsys, "planner's machine", MADE):
        run_machine(PlannerMachine, examples=300, steps=50)
    assert MADE.steps >= 10_000
