"""Who may know a file is said by the folders above it, and by their rule files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.rules import MalformedRule, Rule, Rules, read_rules, rule_of
from knowledge.audience import requirement_of
from knowledge.documents import Label

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
    assert Rules().audience(path) == required


def test_a_rule_file_narrows_its_folder_and_those_below() -> None:
    rules = Rules({"rh": Rule("#rh"), "rh/open": Rule("everyone"), "#finance": Rule("nobody")})
    assert rules.audience("rh/a.md") == {"#rh"}
    assert rules.audience("rh/open/a.md") == {"#rh"}
    assert rules.audience("#finance/a.md") == {"nobody"}
    assert rules.audience("rhubarb/a.md") == {"everyone"}


def test_what_is_kept_out_is_said_by_patterns() -> None:
    rules = Rules({"rh": Rule(keep_out=("*.bak", "drafts/*")), "old": Rule(keep_out=("*",))})
    kept_out = [path for path in PATHS if rules.keeps_out(path)]
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
        'language = "de"',
        'language = ""',
        "language = true",
        'language = ["fr"]',
    ],
)
def test_what_cannot_be_followed_is_refused(text: str) -> None:
    with pytest.raises(MalformedRule):
        rule_of(text)


def test_what_can_be_followed_is_taken() -> None:
    assert rule_of('audience = "#Finance"\nkeep_out = ["*.bak"]') == Rule("#finance", ("*.bak",))
    assert rule_of('audience = "@U0123ABCD"') == Rule("U0123ABCD")
    assert rule_of("keep_out = true") == Rule(None, ("*",))
    assert rule_of('title = " Nos\\n  ventes "\nlanguage = "fr"') == Rule(label=Label("Nos ventes", "fr"))
    assert requirement_of("everyone") is None


def test_the_nearest_folder_s_title_and_language_hold() -> None:
    rules = Rules({"": Rule(label=Label("Maison", "fr")), "a/b": Rule(label=Label("", "en")), "a": Rule("#rh")})
    assert rules.label("x.md") == rules.label("a/x.md") == Label("Maison", "fr")
    assert rules.label("a/b/c/x.md") == Label("Maison", "en")
    assert Rules().label("a/x.md") == Label()


def test_what_a_rule_file_says_wrong_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".souffleur.toml").write_text('language = "de"')
    (trouble,) = read_rules(tmp_path, [""]).troubles
    assert trouble.reason == (
        '.souffleur.toml has a "language" that is neither "fr" nor "en": until it is corrected, nobody sees what lies '
        "in this folder."
    )


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "bytes", "long", "closed"])
def test_a_rule_file_that_cannot_be_read_closes_its_folder(tmp_path: Path, kind: str) -> None:
    if kind == "closed" and os.geteuid() == 0:
        kind = "folder"  # root may open everything
    (tmp_path / "rh").mkdir()
    file = tmp_path / "rh" / ".souffleur.toml"
    match kind:
        case "folder":
            file.mkdir()
        case "link":
            (tmp_path / "wide.toml").write_text('audience = "everyone"')
            file.symlink_to(tmp_path / "wide.toml")
        case "pipe":
            os.mkfifo(file)
        case "bytes":
            file.write_bytes(b'audience = "#\xff"')
        case "long":
            file.write_text('audience = "everyone"\n' + "#" * 70_000)
        case _:
            file.write_text('audience = "everyone"')
            file.chmod(0)
    rules = read_rules(tmp_path, ["rh", "gone"])
    assert rules.audience("rh/a.md") == {"nobody"}
    assert rules.audience("gone/a.md") == {"everyone"}
    assert [trouble.folder for trouble in rules.troubles] == ["rh"]
