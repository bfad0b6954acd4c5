from __future__ import annotations

import re

import pytest

from tests.conformance.hazards import HAZARDS, PAGE, ROOT, Hazard, overview, page


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.test.partition("::")[2])
def test_each_hazard_has_its_test(hazard: Hazard) -> None:
    path, _, name = hazard.test.partition("::")
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / "tests" / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_shows_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_readme_shows_what_is_tested() -> None:
    assert overview() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_test_here_is_in_the_table() -> None:
    here = (ROOT / "tests" / "conformance" / "test_hazards.py").read_text(encoding="utf-8")
    assert set(re.findall(r"def (test_\w+)", here)) <= {hazard.test.partition("::")[2] for hazard in HAZARDS}
