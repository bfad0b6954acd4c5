from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable

import pytest

from knowledge.runtime.log_setup import configure_logging
from knowledge.runtime.rich_output import print_markdown, print_table, print_text, stream_markdown
from tests.doubles.terminal import open_terminal

_HOSTILE = "[bold]x[/bold] [link=http://x]y[/] :smile: \x1b]0;pwn\x07 \x1b[31mred \x9b2J &#27;[2J `a\x1b[5m`"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3|4|9|10)\d")
_ANSWER = (
    "Use **three** days [1].\nAsk <name>.\n\n> quoted\n> below\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[x](http://y)"
)


@pytest.mark.parametrize(
    "show",
    [print_text, print_markdown, lambda text: print_table(("a", "b"), [(text, text)], {"✓": "green"})],
    ids=["text", "markdown", "table"],
)
def test_the_words_of_a_document_are_no_markup_and_no_control(
    show: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = open_terminal(monkeypatch, columns=300)
    show(_HOSTILE)
    words = terminal.read_words()
    assert "[bold]x[/bold] [link=http://x]y[/] :smile:" in words
    assert not _CONTROL.search(words)


def test_markdown_is_rendered_and_no_word_of_it_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    print_markdown(_ANSWER)
    assert "\x1b[1mthree\x1b[0m" in terminal.getvalue()
    lines = [line.strip() for line in terminal.read_words().splitlines()]
    assert lines[:2] == ["Use three days [1].", "Ask <name>."]
    assert {"▌ quoted", "▌ below", "1  2", "x (http://y)"} <= set(lines)
    assert "**" not in terminal.read_words()


def test_a_narrow_terminal_wraps_a_table_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch, columns=60)
    sentence = " ".join(f"word{number}" for number in range(40))
    print_table(("", "what", "finding"), [("✓", "a/long/path/of/a/document.pdf", sentence)], {"✓": "green"})
    words = terminal.read_words()
    assert max(map(len, words.splitlines())) <= 60
    assert re.findall(r"word\d+", words) == sentence.split()
    assert "\x1b[32m✓" in terminal.getvalue()


@pytest.mark.parametrize(("no_color", "has_colours"), [("", True), ("1", False)], ids=["unset", "set"])
def test_no_color_is_heeded(no_color: str, has_colours: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", no_color)
    print_text("told", "bold red")
    print_table(("state",), [("failed",)], {"failed": "bold red"})
    print_markdown("# Title\n\n- [x](http://y)\n\n```python\nimport x\n```")
    assert bool(_COLOUR.search(terminal.getvalue())) is has_colours


def test_a_dumb_terminal_gets_the_words_once_and_no_escape_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch, columns=60, term="dumb")
    with stream_markdown() as append_text:
        for piece in ("Use **three** ", "days."):
            append_text(piece)
    print_table(("state", "document"), [("failed", "x" * 90)], {"failed": "bold red"})
    assert "\x1b" not in terminal.getvalue()
    assert terminal.getvalue().count("Use three days.") == 1
    assert max(map(len, terminal.getvalue().splitlines())) <= 60


def test_a_log_line_does_not_tear_the_words_that_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    monkeypatch.setattr(sys, "stderr", terminal)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    configure_logging("text", "WARNING")
    with stream_markdown() as append_text:
        append_text("One")
        logging.getLogger("a").warning("logged")
        append_text(" two")
    before, after = re.split(r"[\d:]{8} WARNING a: logged\n", terminal.getvalue())
    assert before.endswith("\x1b[2K"), "the words are taken away"
    assert after.removeprefix("\x1b[?25l").startswith("One"), "they are drawn below, and nothing is erased"
    assert "One two" in after
