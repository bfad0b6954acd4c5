from __future__ import annotations

import re

import pytest

from tests.conformance.hazards import HAZARDS, PAGE, ROOT, Hazard, build_page


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.test)
def test_each_hazard_has_its_one_test(hazard: Hazard) -> None:
    files = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert sum(bool(re.search(rf"^(?:async )?def {hazard.test}\(", text, re.MULTILINE)) for text in files) == 1


def test_the_page_shows_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == build_page(), "run: .venv/bin/python -m tests.conformance.hazards"


def test_the_page_on_reliability_counts_the_hazards() -> None:
    assert f"{len(HAZARDS)} hazards" in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_every_test_here_is_in_the_table() -> None:
    for name in ("test_hazards.py", "test_true_to_slack.py"):
        here = (ROOT / "tests" / "conformance" / name).read_text(encoding="utf-8")
        assert set(re.findall(r"def (test_\w+)", here)) <= {hazard.test for hazard in HAZARDS}
