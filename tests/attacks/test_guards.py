"""Each guard of guards.toml stands in its file, and the code without it is still Python; guards.py takes them away."""

from __future__ import annotations

import ast

import pytest

from tests.attacks.guards import ROOT, Guarded, list_guarded_files

GUARDED = list_guarded_files()


@pytest.mark.parametrize("guarded", GUARDED, ids=lambda one: one.file)
def test_each_guard_stands_once_in_its_file_and_can_be_taken_away(guarded: Guarded) -> None:
    whole = (ROOT / guarded.file).read_text(encoding="utf-8")
    assert [guard for guard in guarded.guards if whole.count(guard) != 1] == []
    for guard, instead in guarded.guards.items():
        assert ast.dump(ast.parse(whole.replace(guard, instead))) != ast.dump(ast.parse(whole))
    assert [test for test in guarded.tests if not (ROOT / test.partition("::")[0]).exists()] == []
