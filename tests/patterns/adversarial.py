"""Generates texts that make a regular expression slow, from the pattern's own parse tree.

What costs time is text that a repeated part accepts again and again, and that then fails. So each text repeats what
some part of the pattern accepts, after what must stand before it, with an end that fits and one that does not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tests.patterns.collect import Pattern

INPUTS = 100  # for each pattern
_RUNS = (
    " ", "\t", "\n", ".", "…", "!", "(", ")", "[", "]", "<", ">", "{", "}", "*", "_", "-", "`", "~", "|", "\\", "/",
    "@", ":", "#", "&", "'", '"', "a", "A", "é", "0", "1", "[1]", "(1)", "a.", "a-", "a ", "1.", "1 ", "1,", ". ",
    " .", "Aa", "a1", "\n ", "\u00a0", "> ", "- ", "](", "://", "\r\n",
)  # fmt: skip
_TAILS = ("", "\x00", "\n", "!x")
_CANDIDATES = "aA1 .-_/:,;'\"()[]<>{}!?#@&%*`~|\\\té«\n\u00a0"


def generate_texts(pattern: Pattern, length: int) -> list[str]:
    """Returns `INPUTS` texts of about `length` characters, the same for each call."""
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pumps = list(dict.fromkeys((prefix, unit) for prefix, unit in _pumps(list(parsed), "") if unit))
    rng = random.Random(str(pattern.pattern))  # noqa: S311 (a test's own choices)
    rng.shuffle(pumps)
    letters = list(dict.fromkeys("".join(unit for _, unit in pumps))) or ["a"]
    mixed = (("", "".join(rng.choices(letters + list(_RUNS), k=rng.randint(1, 4)))) for _ in iter(int, 1))
    whole = _sample(list(parsed))
    own = islice(chain([("", whole), ("", whole[:-1])], pumps), INPUTS * 2 // 3)
    generic = ((prefix, unit) for unit in _RUNS for prefix in (("", whole[:-1]) if rng.random() < 0.2 else ("",)))
    texts = (
        prefix + unit * ((length - len(prefix)) // len(unit)) + rng.choice(_TAILS)
        for prefix, unit in chain(own, generic, mixed)
        if unit
    )
    return list(islice(texts, INPUTS))


def _pumps(nodes: Sequence[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yields pairs of what stands before a repeated text, and that text."""
    for n, node in enumerate(nodes):
        here = before + _sample(nodes[:n])
        yield "", _sample(nodes[: n + 1])
        for body in _bodies(node):
            samples = list(_samples(body))
            for sample in samples:
                yield here, sample
                yield "", here + sample
            yield here, "".join(samples)
            if len(body) == 1 and n + 1 < len(nodes):
                yield here, _sample(body) + _sample(nodes[n + 1 : n + 2])
            yield from _pumps(body, here)


def _bodies(node: Any) -> list[list[Any]]:
    """Returns the parts inside a node of the parse tree."""
    op, value = node
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return [list(value[2])]
    if op is c.SUBPATTERN:
        return [list(value[3])]
    if op is c.BRANCH:
        return [list(part) for part in value[1]]
    if op in (c.ASSERT, c.ASSERT_NOT):
        return [list(value[1])]
    return [list(value)] if op is c.ATOMIC_GROUP else []


def _samples(nodes: Sequence[Any]) -> Iterator[str]:
    """Yields some texts that a sequence accepts: one for each kind of character and for each alternative in it."""
    yield _sample(nodes)
    if len(nodes) == 1:
        op, value = nodes[0]
        if op in (c.IN, c.ANY, c.NOT_LITERAL):
            yield from islice((char for char in _CANDIDATES if _accepts(nodes[0], char)), 6)
        elif op is c.BRANCH:
            yield from (_sample(list(part)) for part in value[1])
        elif op is c.SUBPATTERN:
            yield from islice(_samples(list(value[3])), 6)


def _sample(nodes: Sequence[Any]) -> str:
    """Returns one short text that a sequence accepts, apart from what it looks at around itself."""
    return "".join(map(_sample_of_node, nodes))


def _sample_of_node(node: Any) -> str:
    op, value = node
    if op is c.LITERAL:
        return chr(int(value))
    if op in (c.IN, c.ANY, c.NOT_LITERAL):
        return next((char for char in _CANDIDATES if _accepts(node, char)), _first_of(value) if op is c.IN else "a")
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        fewest, most, body = value
        return _sample(list(body)) * int(min(max(fewest, 1), most, 200))
    if op is c.BRANCH:
        return _sample(list(value[1][0]))
    if op is c.SUBPATTERN:
        return _sample(list(value[3]))
    return _sample(list(value)) if op is c.ATOMIC_GROUP else ""


def _first_of(members: Sequence[Any]) -> str:
    for op, value in members:
        if op is c.LITERAL:
            return chr(value)
        if op is c.RANGE:
            return chr(value[0])
    return "a"


def _accepts(node: Any, char: str) -> bool:
    op, value = node
    if op is c.ANY:
        return char != "\n"
    if op is c.NOT_LITERAL:
        return bool(ord(char) != value)
    negated = value[0][0] is c.NEGATE
    return bool(negated) != any(_is_member(member, char) for member in value)


def _is_member(member: Any, char: str) -> bool:
    op, value = member
    if op is c.LITERAL:
        return bool(ord(char) == value)
    if op is c.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if op is c.CATEGORY:
        kind = {c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s",
                c.CATEGORY_NOT_SPACE: r"\S", c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W"}[value]  # fmt: skip
        return re.fullmatch(kind, char) is not None
    return False
