"""Draw the search times in docs/scaling.md against the number of passages. `python -m bench.engine_picture`.

Reads the table of the page that begins with its first column's name, so that page and picture show the same figures.
Both axes are logarithmic. The colours follow the reader's light or dark setting.
"""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAGE, _PICTURE = Path("docs/scaling.md"), Path("docs/search-times.svg")
_TABLE = re.compile(r"^\| passages searched \|.*\n\|[-:| ]+\n((?:\|.*\n)+)", re.MULTILINE)
_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 150, 50, 60
_STYLE = """
  .ground { fill: #ffffff } text { fill: #1f2328; font: 14px sans-serif } .grid { stroke: #d1d9e0 }
  .engine { stroke: #0969da; fill: none } .engine-mark { fill: #0969da }
  .local { stroke: #bc4c00; fill: none } .local-mark { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #f0f6fc } .grid { stroke: #3d444d }
    .engine { stroke: #58a6ff } .engine-mark { fill: #58a6ff }
    .local { stroke: #f0883e } .local-mark { fill: #f0883e }
  }
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """One way to search: its name, the class of its colour, and the milliseconds for each number of passages."""

    name: str
    colour: str
    points: tuple[tuple[int, float], ...]


def read_curves(page: str) -> tuple[Curve, Curve]:
    """The curves of the engine and of the local mode in the table of a page.

    Raises:
        ValueError: the page has no such table.
    """
    table = _TABLE.search(page)
    if table is None:
        raise ValueError("The page has no table that begins with | passages searched |.")
    engine: list[tuple[int, float]] = []
    local: list[tuple[int, float]] = []
    for line in table[1].splitlines():
        passages, by_engine, by_local = (cell.strip().replace(",", "") for cell in line.strip("|").split("|")[:3])
        for points, cell in ((engine, by_engine), (local, by_local)):
            if cell:
                points.append((int(passages), float(cell)))
    return Curve("embedded engine", "engine", tuple(engine)), Curve("local mode", "local", tuple(local))


def draw_curves(curves: tuple[Curve, ...]) -> str:
    """The curves as an SVG picture."""
    every = [point for curve in curves for point in curve.points]
    across = _Axis.around([passages for passages, _ in every], _LEFT, _WIDTH - _RIGHT)
    up = _Axis.around([milliseconds for _, milliseconds in every], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        ' role="img">',
        "<title>Median time of a search by words and meaning, against the number of passages</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
        *(
            _draw_line("grid", ((across.place(tick), _TOP), (across.place(tick), _HEIGHT - _BOTTOM)))
            for tick in across.list_ticks()
        ),
        *(_draw_line("grid", ((_LEFT, up.place(tick)), (_WIDTH - _RIGHT, up.place(tick)))) for tick in up.list_ticks()),
        *(
            _draw_text(across.place(tick), _HEIGHT - _BOTTOM + 22, f"{tick:,}", "middle")
            for tick in across.list_ticks()
        ),
        *(_draw_text(_LEFT - 10, up.place(tick) + 5, f"{tick:,}", "end") for tick in up.list_ticks()),
        _draw_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, "passages", "middle"),
        _draw_text(_LEFT - 60, _TOP - 20, "milliseconds for a search by words and meaning (median)", "start"),
    ]
    for curve in curves:
        places = [(across.place(passages), up.place(milliseconds)) for passages, milliseconds in curve.points]
        parts.append(_draw_line(curve.colour, places, width=2.5))
        parts += [f'<circle class="{curve.colour}-mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places]
        x, y = places[-1]
        parts.append(_draw_text(x + 10, y + 17, curve.name, "start"))
    return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis over whole powers of ten, from one place in the picture to another."""

    first: int
    last: int
    start: float
    end: float

    @classmethod
    def around(cls, values: list[int] | list[float], start: float, end: float) -> _Axis:
        return cls(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))), start, end)

    def list_ticks(self) -> list[int]:
        return [10**power for power in range(self.first, self.last + 1)]

    def place(self, value: float) -> float:
        return self.start + (math.log10(value) - self.first) / (self.last - self.first) * (self.end - self.start)


def _draw_line(colour: str, places: Iterable[tuple[float, float]], width: float = 1) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline class="{colour}" points="{points}" stroke-width="{width}"/>'


def _draw_text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def main() -> None:
    """Draw the picture."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine_picture", description=__doc__)
    parser.add_argument("--page", type=Path, default=_PAGE)
    parser.add_argument("--picture", type=Path, default=_PICTURE)
    given = parser.parse_args()
    given.picture.write_text(draw_curves(read_curves(given.page.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
