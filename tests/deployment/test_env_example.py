""".env.example names every setting, with its true default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.deployment.compose import ROOT, TOKENS
from tests.deployment.settings import EVERY_VARIABLE, PROCESSES, forget_settings

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.runtime.settings import Settings

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
_LINE = re.compile(r"^(?P<commented># )?(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.MULTILINE)


def test_it_names_every_setting_once_and_nothing_else() -> None:
    assert sorted(line["name"] for line in _LINE.finditer(EXAMPLE)) == sorted(EVERY_VARIABLE)


def test_only_what_a_person_fills_in_is_not_a_comment() -> None:
    open_lines = {line["name"]: line["value"] for line in _LINE.finditer(EXAMPLE) if not line["commented"]}
    assert open_lines == dict.fromkeys([*TOKENS, "ADMINS"], "")


@pytest.mark.parametrize("settings", PROCESSES.values(), ids=PROCESSES)
def test_the_defaults_that_it_shows_are_the_true_ones(
    settings: type[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking every line out of its comment changes nothing."""
    forget_settings(monkeypatch)
    shown = tmp_path / "shown.env"
    shown.write_text("\n".join(f"{line['name']}={line['value']}" for line in _LINE.finditer(EXAMPLE)), "utf-8")
    assert settings(_env_file=shown) == settings(_env_file=None)
