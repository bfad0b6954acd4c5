"""Prints tables and Markdown with rich, for the commands of people at a terminal; it knows no command.

Piped output never comes here: the commands print it themselves, plainly. rich loads at the first print: bot and worker
print nothing. No text is read as rich's markup, and none controls the terminal.
"""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from knowledge.core.text import mask_control_characters
from knowledge.runtime.log_setup import write_log_lines_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console
    from rich.live import Live
    from rich.markdown import Markdown
    from rich.text import Text

_STYLES = {
    "markdown.block_quote": "none",
    "markdown.code": "bold",
    "markdown.code_block": "none",
    "markdown.h1": "bold underline",
    "markdown.h2": "bold",
    "markdown.h3": "bold",
    "markdown.table.header": "bold",
    "markdown.table.border": "dim",
}
_CODE_COLOURS = "ansi_dark"  # the terminal's own colours, without a background
_UPDATES_PER_SECOND = 8


def is_terminal() -> bool:
    """Whether a person reads standard output on a terminal."""
    return sys.stdout.isatty()


def print_text(text: str = "", style: str = "", indent: int = 0) -> None:
    """Print a text as it stands, wrapped at words; the style is one of rich's, as "bold"."""
    from rich.padding import Padding

    _open_console().print(Padding(_make_text(text, style), (0, 0, 0, indent)))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], styles: Mapping[str, str] | None = None) -> None:
    """Print a table as wide as its cells or the terminal; `styles` has the style of a cell by its text."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD if any(columns) else None, show_header=any(columns), pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_make_text(cell, (styles or {}).get(cell, "")) for cell in row))
    _open_console().print(table)


def print_markdown(text: str) -> None:
    """Print Markdown as it is meant: bold words, quotes, lists, tables."""
    _open_console().print(_parse_markdown(text))


@contextmanager
def stream_markdown() -> Iterator[Callable[[str], None]]:
    """Give what appends a piece of Markdown to the text shown, which is drawn anew several times a second."""
    shown = _GrowingText()
    with write_log_lines_in(shown.take_away):
        try:
            yield shown.append_text
        finally:
            shown.end()


class _GrowingText:
    """Markdown that grows on the terminal; nothing is shown before the first words."""

    def __init__(self) -> None:
        self._text = ""
        self._live: Live | None = None

    def append_text(self, piece: str) -> None:
        self._text += piece
        if self._live is None:
            self._live = self._start_drawing()

    def end(self) -> None:
        if self._live:
            self._live.stop()

    @contextmanager
    def take_away(self) -> Iterator[None]:
        """Take the text away while something else is written, and draw it below."""
        if self._live is None:
            yield
            return
        self._live.transient = True
        self._live.stop()
        try:
            yield
        finally:
            self._live = self._start_drawing()  # another one: a stopped one would go up, to where it was

    def _start_drawing(self) -> Live:
        from rich.live import Live

        console, times = _open_console(), _UPDATES_PER_SECOND
        live = Live(console=console, get_renderable=lambda: _parse_markdown(self._text), refresh_per_second=times)
        live.start(refresh=True)
        return live


def _open_console() -> Console:
    """A console for standard output; rich itself heeds NO_COLOR, and takes TERM=dumb for 80 columns wide."""
    from rich.console import Console
    from rich.theme import Theme

    size = shutil.get_terminal_size()
    return Console(
        width=size.columns, height=size.lines, theme=Theme(_STYLES), markup=False, emoji=False, highlight=False
    )


def _make_text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(mask_control_characters(text), style=style)


def _parse_markdown(text: str) -> Markdown:
    """Read Markdown as Slack shows it: a line stays a line, HTML is words, and a link shows where it leads."""
    from markdown_it import MarkdownIt
    from rich.markdown import Markdown

    rendered = Markdown("", code_theme=_CODE_COLOURS, hyperlinks=False)
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    rendered.parsed = parser.parse(mask_control_characters(text))
    for token in rendered.parsed:
        for child in token.children or ():
            child.type = "hardbreak" if child.type == "softbreak" else child.type
    return rendered
