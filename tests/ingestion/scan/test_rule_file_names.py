"""A name that is nearly a rule file's is told; that of a document, or of anything else, is not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.scan.rule_file_names import RULE_FILE, is_backup_name, is_near_rule_name

_MISTAKES = st.one_of(
    st.tuples(st.just("swap case"), st.integers(1, len(RULE_FILE) - 1)),
    st.tuples(st.sampled_from(["drop", "double", "change", "insert a space", "turn round"]), st.integers(0, 13)),
    st.tuples(
        st.sampled_from([".txt", "~", ".bak", ".TXT", " ", ".toml", " (1)", ".txt.txt", ".swp", "\u200b", "\n"]),
        st.just(-1),
    ),
    st.tuples(st.sampled_from([" ", "_", ".", "Copy of ", "\ufeff"]), st.just(-2)),
)


def make_mistake(kind: str, at: int) -> str:
    """The name of a rule file with one mistake."""
    one, before, after = RULE_FILE[at], RULE_FILE[:at], RULE_FILE[at + 1 :]
    match kind, at:
        case added, -1:
            return RULE_FILE + added
        case added, -2:
            return added + RULE_FILE
        case "swap case", _:
            return before + one.upper() + after
        case "drop", _:
            return before + after
        case "double", _:
            return before + one + one + after
        case "change", _:
            return before + "x" + after
        case "insert a space", _:
            return before + " " + one + after
        case _:
            return before + after[:1] + one + after[1:]


@given(_MISTAKES)
@example(("drop", 0))
def test_a_name_with_one_mistake_is_told(mistake: tuple[str, int]) -> None:
    name = make_mistake(*mistake)
    assert name == RULE_FILE or is_near_rule_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".Souffleur.toml",
            ".souffleur.toml.txt",
            "souffleur.toml",
            " .souffleur.toml",
            ".soufleur.tml",
            ".SOUFFLEUR.TOML",
        ),
        *(
            ".souffleur.txt",
            ".souffleur.yaml",
            ".souffl\N{LATIN SMALL LETTER E WITH ACUTE}ur.toml",
            ".souffleur - copie.toml",
        ),
    ],
)
def test_names_that_people_and_programs_make_of_it_are_told(name: str) -> None:
    assert is_near_rule_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            RULE_FILE,
            ".souffleur",
            ".souffleur.part",
            "souffleur.md",
            "souffleur.txt",
            "souffleur.html",
            "pyproject.toml",
        ),
        *("soufflerie.toml", "souffleur.toml.pdf", "guide de souffleur.md", "a" * 300, "", "\udcff" * 14),
    ],
)
def test_names_of_documents_are_not(name: str) -> None:
    assert not is_near_rule_name(name)


def test_a_copy_that_an_editor_leaves_is_known() -> None:
    assert is_backup_name(".souffleur.toml~")
    assert is_backup_name("..souffleur.toml.SWP")
    assert not is_backup_name(".souffleur.toml.txt")


@given(st.text(max_size=60))
def test_any_name_is_judged(name: str) -> None:
    assert isinstance(is_near_rule_name(name), bool)
