"""Writes the numbers that Word counts by itself, as in "4.2 Notice period", before the words of their paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.xml_tree import attribute_value, find_ancestor, find_child, list_named, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Node

    from ingestion.readers.office.word_hidden_text import WordStyles

_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_SMALL_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_NO_NUMBERS = ("bullet", "none")
_MAX_NUMBER = 9_999
_LETTERS = 26
_OFF_VALUES = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list counts: from `start`, in this form, in a text with a place for each number."""

    start: int
    form: str
    text: str
    style: str
    is_legal: bool  # all numbers in figures


class WordNumbering:
    """The lists of a document, from its part `numbering`."""

    def __init__(self, root: Node | None) -> None:
        kinds = {attribute_value(node, "abstractNumId"): node for node in list_named(root, "abstractNum")}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._kinds: dict[str, str] = {}
        self._restarts: dict[str, set[int]] = {}
        for number in list_named(root, "num"):
            name, kind = attribute_value(number, "numId"), attribute_value(find_child(number, "abstractNumId"), "val")
            own = [node for change in list_named(number, "lvlOverride") for node in change if local_name(node) == "lvl"]
            levels = dict(map(_read_level, [*list_named(kinds.get(kind), "lvl"), *own]))
            self._restarts[name] = set()
            for change in list_named(number, "lvlOverride"):
                at, start = _number_of(change, "ilvl"), find_child(change, "startOverride")
                if start is not None and (level := levels.get(at)):
                    levels[at] = _Level(_number_of(start, "val"), level.form, level.text, level.style, level.is_legal)
                    self._restarts[name].add(at)
            self._levels[name], self._kinds[name] = levels, kind

    def write_numbers(self, root: Node, styles: WordStyles) -> bool:
        """Write the number of each paragraph that has words before them; return whether there was any."""
        changed = False
        counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for paragraph in list_named(root, "p") if self._levels else ():
            name, at = self._place_in_list(paragraph, styles)
            level = self._levels.get(name, {}).get(at)
            if level is None:
                continue
            number = self._count(name, at, counts[self._kinds[name]])
            own = (node for node in list_named(paragraph, "t") if find_ancestor(node, "p") is paragraph)
            text = next((node for node in own if (node.text or "").strip()), None)
            if text is not None and number:
                text.text = f"{number} {text.text}"
                changed = True
        return changed

    def _place_in_list(self, paragraph: Node, styles: WordStyles) -> tuple[str, int]:
        """The list of a paragraph, and its level there; no name where it is in none."""
        for properties in styles.paragraph_properties(paragraph):
            told = find_child(properties, "numPr")
            if told is None:
                continue
            name = attribute_value(find_child(told, "numId"), "val")
            own = find_child(told, "ilvl")
            if own is not None:
                return name, _number_of(own, "val")
            style = attribute_value(properties.getparent(), "styleId")
            levels = self._levels.get(name, {})
            return name, next((at for at, level in levels.items() if style and level.style == style), 0)
        return "", 0

    def _count(self, name: str, at: int, counts: dict[int, int]) -> str:
        """The next number on a level, as it is shown; deeper levels begin again."""
        levels = self._levels[name]
        if at in self._restarts[name]:
            self._restarts[name].discard(at)
            counts.pop(at, None)
        counts[at] = counts[at] + 1 if at in counts else levels[at].start
        for deeper in [one for one in counts if one > at]:
            del counts[deeper]
        level = levels[at]
        if level.form in _NO_NUMBERS:
            return ""

        def show(place: re.Match[str]) -> str:
            one = int(place[1]) - 1
            form = "decimal" if level.is_legal or one not in levels else levels[one].form
            return _show_number(counts.get(one, levels[one].start if one in levels else 1), form)

        return _PLACE.sub(show, level.text).strip()


def _read_level(node: Node) -> tuple[int, _Level]:
    said = {local_name(child): attribute_value(child, "val") for child in node}
    begin = find_child(node, "start")
    start = 1 if begin is None else _number_of(begin, "val")
    is_legal = "isLgl" in said and said["isLgl"] not in _OFF_VALUES
    level = _Level(start, said.get("numFmt", "decimal"), said.get("lvlText", ""), said.get("pStyle", ""), is_legal)
    return _number_of(node, "ilvl"), level


def _number_of(node: Node, name: str) -> int:
    said = attribute_value(node, name)
    return min(int(said), _MAX_NUMBER) if said.isdecimal() and len(said) < len(str(_MAX_NUMBER)) + 1 else 0


def _show_number(number: int, form: str) -> str:
    """A number in Word's form; in figures where the form is another than letters or Roman numbers."""
    if form.endswith("Letter") and number > 0:
        letters = chr(ord("a") + (number - 1) % _LETTERS) * ((number - 1) // _LETTERS + 1)
        return letters.upper() if form.startswith("upper") else letters
    if form.endswith("Roman") and 0 < number <= _MAX_NUMBER:
        rest, roman = number, ""
        for value, sign in (*_ROMAN, *_SMALL_ROMAN):
            roman += sign * (rest // value)
            rest %= value
        return roman.upper() if form.startswith("upper") else roman
    return f"{number:02}" if form == "decimalZero" else str(number)
