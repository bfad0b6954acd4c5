"""Decides what in prose a reader's program may make a link or a mention of, without any markup. Pure.

Slack's own list of domains is not known, so each dotted word is taken for one that ends in letters as a domain does:
`README.md` and `application.properties` too. As inline code such a word stays readable, and nobody follows it.
"""

from __future__ import annotations

import re

_DOT = r"(?:[.\u2024\u3002\uff0e\uff61]|%2[eE])"  # what addresses are normalised to have as dots, too
_LABEL = r"[^\W_][\w%+-]{0,80}"
_ENDS = r"[^\s`<>)\[\].,;:!?*_'\"»”’]"  # what an address may end with
_REST = rf"[^\s`<>)\[\]]*{_ENDS}"
_HOST = rf"(?:{_LABEL}{_DOT}){{1,30}}(?:[^\W\d_]{{2}}|xn--)(?:[\w.%+-]*[^\W_])?"
_NUMBERS = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)"
_PEOPLE = r"@(?:channel|here|everyone)\b"
_LIVE = re.compile(
    r"<((?:[@!#]|(?:https?|ftp|mailto|tel|slack):)[^>\n]*)>"
    rf"|([\w+.-]{{0,40}}://(?:\[[\da-f]*:[\da-f:]*\])?{_REST}"
    rf"|(?<![^\W_])(?:[\w+.-]{{0,40}}mailto|tel|sms|slack|data|javascript|vbscript|file|blob|view-source|x-[\w-]+):{_REST}"
    rf"|(?://)?(?:(?<![^\W_])[^\W_][\w.%+-]{{0,80}}@)?(?<![^\W_])(?:{_HOST}(?:\(\))?|{_NUMBERS})(?::\d+)?(?:[/?#]{_REST})?"
    rf"|(?<![^\W_])www{_DOT}{_REST}|{_PEOPLE})",
    re.IGNORECASE,
)
# A sentence that begins without a space before it, or a person's initial.
_NO_SPACE = re.compile(r"((?:[^\W_A-Z]+|[^\W\d_]|\d+)\.)([^\W\d_a-z][^\W\d_A-Z]+)")
_ABBREVIATED = frozenset({"p.ex"})


def inert(prose: str) -> str:
    """`prose` with each address and mention as inline code."""
    return _LIVE.sub(_as_code, prose)


def _as_code(match: re.Match[str]) -> str:
    found = match[1] or match[2]
    if found.lower() in _ABBREVIATED:
        return found
    if parted := _NO_SPACE.fullmatch(found):
        return f"{parted[1]} {parted[2]}"
    return f"`{found.lstrip('@!#')}`"
