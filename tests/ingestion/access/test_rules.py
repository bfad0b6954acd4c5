"""Who may know a file is said by the folders above it, and by their rule files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.access.rules import FolderRule, FolderRules, MalformedRule, parse_folder_rule, read_folder_rules
from ingestion.scan.safe_open import FolderTree
from knowledge.core.access import requirement_from_name
from knowledge.core.documents import FolderLabel
from tests.ingestion.access.malformed_rules import MISRULES
from tests.torture.permissions import without_root_privileges

SEPARATE, COMPOSED = "#compta\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}", "#comptaé"


@pytest.mark.parametrize(
    ("path", "required"),
    [
        ("a.md", {"everyone"}),
        ("everyone/a.md", {"everyone"}),
        ("rh/2026/a.md", {"everyone"}),
        ("#finance/a.md", {"#finance"}),
        ("everyone/#finance/x/a.md", {"#finance"}),
        ("#finance/everyone/a.md", {"#finance"}),
        ("#finance/@alice/a.md", {"#finance", "@alice"}),
        ("#Finance/#RH/a.md", {"#finance", "#rh"}),
        ("C0123ABCD/a.md", {"C0123ABCD"}),
        ("#C0123ABCD/a.md", {"C0123ABCD"}),
        ("@U0123ABCD/a.md", {"U0123ABCD"}),
        ("@W0123ABCD/@alice/a.md", {"W0123ABCD", "@alice"}),
        ("CONTRATS/a.md", {"everyone"}),
        ("＃finance/a.md", {"#finance"}),
        (" #finance /a.md", {"#finance"}),
        ("\u200b#finance/a.md", {"#finance"}),
        ("\ufeff @alice/a.md", {"@alice"}),
        ("\u2060C0123ABCD/a.md", {"C0123ABCD"}),
        ("#/a.md", {"#"}),
        (f"{SEPARATE}/a.md", {COMPOSED}),
        ("#finance.md", {"everyone"}),
    ],
)
def test_folders_narrow_and_never_widen(path: str, required: set[str]) -> None:
    assert FolderRules().resolve_audience(path) == required


def test_a_rule_file_narrows_its_folder_and_those_below() -> None:
    rules = FolderRules({"rh": FolderRule("#rh"), "rh/open": FolderRule("everyone"), "#finance": FolderRule("nobody")})
    assert rules.resolve_audience("rh/a.md") == {"#rh"}
    assert rules.resolve_audience("rh/open/a.md") == {"#rh"}
    assert rules.resolve_audience("#finance/a.md") == {"nobody"}
    assert rules.resolve_audience("rhubarb/a.md") == {"everyone"}


def test_what_is_kept_out_is_said_by_patterns() -> None:
    rules = FolderRules({"rh": FolderRule(keep_out=("*.bak", "drafts/*")), "old": FolderRule(keep_out=("*",))})
    kept_out = [path for path in PATHS if rules.is_kept_out(path)]
    assert kept_out == ["rh/a.bak", "rh/x/b.bak", "rh/drafts/c.md", "old/d.md", "old/x/e.md"]


PATHS = ["rh/a.bak", "rh/x/b.bak", "rh/drafts/c.md", "rh/c.md", "a.bak", "old/d.md", "old/x/e.md"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "audience = ",
        'audience = "finance"',
        "audience = 3",
        'audience = ["#a", "#b"]',
        'audience = ""',
        'who = "#a"',
        'keep_out = "*.bak"',
        "keep_out = [1]",
        "title = 3",
        f'title = "{"x" * 101}"',
        'language = "xx"',
        'language = ""',
        "language = true",
        'language = ["fr"]',
    ],
)
def test_what_cannot_be_followed_is_refused(text: str) -> None:
    with pytest.raises(MalformedRule):
        parse_folder_rule(text)


def test_what_can_be_followed_is_taken() -> None:
    assert parse_folder_rule('audience = "#Finance"\nkeep_out = ["*.bak"]') == FolderRule("#finance", ("*.bak",))
    assert parse_folder_rule('audience = "@U0123ABCD"') == FolderRule("U0123ABCD")
    assert parse_folder_rule("keep_out = true") == FolderRule(None, ("*",))
    assert parse_folder_rule('title = " Nos\\n  ventes "\nlanguage = "fr"') == FolderRule(
        label=FolderLabel("Nos ventes", "fr")
    )
    assert requirement_from_name("everyone") is None


def test_the_nearest_folder_s_title_and_language_hold() -> None:
    rules = FolderRules(
        {
            "": FolderRule(label=FolderLabel("Maison", "fr")),
            "a/b": FolderRule(label=FolderLabel("", "en")),
            "a": FolderRule("#rh"),
        }
    )
    assert rules.resolve_label("x.md") == rules.resolve_label("a/x.md") == FolderLabel("Maison", "fr")
    assert rules.resolve_label("a/b/c/x.md") == FolderLabel("Maison", "en")
    assert FolderRules().resolve_label("a/x.md") == FolderLabel()


def test_what_a_rule_file_says_wrong_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".souffleur.toml").write_text('language = "xx"')
    (trouble,) = read_folder_rules(FolderTree(tmp_path), [""]).problems
    assert trouble.reason == (
        '.souffleur.toml has a "language" that is none of "fr", "en", "de", "es", "it", "pt", "nl": until it is '
        "corrected, nobody sees what lies in this folder."
    )


@pytest.mark.parametrize("kind", MISRULES)
def test_a_rule_file_with_which_anything_is_wrong_closes_its_folder(tmp_path: Path, kind: str) -> None:
    make, reason = MISRULES[kind]
    (tmp_path / "rh").mkdir()
    (tmp_path / "gone").mkdir()
    make(tmp_path / "rh" / ".souffleur.toml")
    with without_root_privileges():
        rules = read_folder_rules(FolderTree(tmp_path), ["rh", "gone"])
    assert rules.resolve_audience("rh/a.md") == {"nobody"}
    assert rules.resolve_audience("gone/a.md") == {"everyone"}
    (trouble,) = rules.problems
    assert trouble.folder == "rh"
    assert str(trouble.reason).startswith(f".souffleur.toml {reason}")


def test_rule_files_without_number_close_those_that_are_too_many_and_hold_up_nobody_else(tmp_path: Path) -> None:
    for n in range(1_010):
        (tmp_path / "a" / str(n)).mkdir(parents=True)
        (tmp_path / "a" / str(n) / ".souffleur.toml").write_text(f'title = "{n}"')
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / ".souffleur.toml").write_text('audience = "#z"')
    rules = read_folder_rules(FolderTree(tmp_path), ["z", *(f"a/{n}" for n in range(1_010))])
    assert len(rules.problems) == 10
    assert "is one of more than 1,000 rule files" in str(rules.problems[0].reason)
    assert rules.resolve_audience("z/x.md") == {"#z"}


def test_folders_that_nest_by_the_thousand_are_each_looked_at_once() -> None:
    rules = FolderRules({"a/#b": FolderRule("@c", ("*.bak",), FolderLabel("T", "fr"))})
    deep = "a/#b" + "/d" * 2_000
    assert rules.resolve_audience(f"{deep}/x.md") == {"#b", "@c"}
    assert rules.is_kept_out(f"{deep}/x.bak")
    assert rules.resolve_label(f"{deep}/x.md") == FolderLabel("T", "fr")
    assert len(rules._inherited) == 2_003


# What rule files are made of, and what their reader stumbles over.
PIECES = st.sampled_from(
    [
        *(
            "audience",
            "keep_out",
            "title",
            "language",
            "=",
            " = ",
            " ",
            "\n",
            ".",
            ",",
            "#",
            "-",
            "+",
            "\\",
            "\\u",
            "\ud83d",
        ),
        *('"', "'", '"""', "'''", "[", "]", "[[", "]]", "{", "}", "{a=", '"#finance"', '"fr"', '["*.bak"]', "true"),
        *("1", "0x", "1e", "nan", "inf", "_", "9" * 5_000, "[" * 3_000, "{a=" * 1_500, "a." * 500, "*a" * 500),
        *("2026-02-30", "2026-02-28", "T", "23:59:60", "+24:00", "Z"),
    ]
)
LINES = st.builds(
    "{} = {}\n".format,
    st.sampled_from(["audience", "keep_out", "title", "language", "x"]) | st.text(max_size=3),
    st.lists(PIECES | st.text(max_size=3), max_size=4).map("".join),
)
CONTENTS = st.lists(LINES | PIECES | st.text(max_size=10), max_size=8).map("".join)


@given(CONTENTS)
@example("keep_out = " + "9" * 5_000)
@example("keep_out = " + "[" * 5_000)
def test_whatever_a_rule_file_says_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = parse_folder_rule(text)
    except MalformedRule:
        return
    assert isinstance(rule, FolderRule)
    assert isinstance(rule.matches_keep_out("a/b.bak"), bool)


@given(st.binary(max_size=100) | CONTENTS.map(lambda text: text.encode(errors="surrogatepass")))
def test_whatever_bytes_a_rule_file_holds_they_are_followed_or_close_its_folder(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / ".souffleur.toml").write_bytes(content)
        rules = read_folder_rules(FolderTree(Path(folder)), [""])
    assert rules.by_folder.keys() == {""}
    assert rules.resolve_audience("a.md") == {"nobody"} or not rules.problems
