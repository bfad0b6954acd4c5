"""Decides what in prose a reader's program may make a link or a mention of, without any markup. Pure.

Slack's own list of domains is not known, so each dotted word is taken for one that ends in letters as a domain does:
`README.md` and `application.properties` too. As inline code such a word stays readable, and nobody follows it.
"""

from __future__ import annotations

import re

_DOT = r"(?:[.\u2024\u3002\uff0e\uff61]|%2[eE])"  # what addresses are normalised to have as dots, too
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"  # each joins the letter before it
# A dot that is spelled by its number ends a label: what may be both would be tried as both, at each dot.
_LABEL = rf"[^\W_](?:[\w+{_ACCENTS}-]|%(?!2e[^\W_])){{0,80}}"
_ADDRESS_END = r"[^\s`<>)\[\].,;:!?*_'\"»”’]"  # what an address may end with
_ADDRESS_REST = rf"[^\s`<>)\[\]]*{_ADDRESS_END}"
_HOST = rf"(?:{_LABEL}{_DOT}){{1,30}}(?:[^\W\d_][{_ACCENTS}]*[^\W\d_]|xn--)(?:[\w.%+{_ACCENTS}-]*[^\W_])?[{_ACCENTS}]*"
_NUMBERS = r"(?<![^\W_])(?<!\.)\d{1,3}(?:\.\d{1,3}){3}(?!(?:[^\W\d]|\.)*+\d)"
_GROUP_MENTION = r"@(?:channel|here|everyone)(?![^\W_])"
_START = r"(?:(?<![^\W_])|(?<=%[\da-f]{2}))"  # no letter before it, or one that is spelled by its number
_LONGEST = 1_000  # characters in "<" and ">"; in what is longer, an address is found by what it is made of
_ADDRESS_OR_MENTION = re.compile(
    rf"<((?:[@!#]|(?:https?|ftp|mailto|tel|slack):)[^>\n]{{0,{_LONGEST}}})>"
    rf"|([\w+.-]{{0,40}}://(?:(?:\[[\da-f]*:[\da-f:]*\])?{_ADDRESS_REST}|[^\s`<>)\[\]]+)"
    rf"|{_START}(?:[\w+.-]{{0,40}}mailto|tel|sms|slack|data|javascript|vbscript|file|blob|view-source|x-[\w-]{{1,80}}):"
    rf"{_ADDRESS_REST}"
    rf"|(?://)?(?:{_START}[^\W_][\w.%+-]{{0,80}}@)?{_START}(?:{_HOST}(?:\(\))?|{_NUMBERS})(?::\d+)?(?:[/?#]{_ADDRESS_REST})?"
    rf"|{_START}www{_DOT}(?:{_ADDRESS_REST}|_+)|{_GROUP_MENTION})",
    re.IGNORECASE,
)
# A sentence that begins without a space before it, or a person's initial.
_MISSING_SPACE = re.compile(r"((?:[^\W_A-Z]+|[^\W\d_]|\d+)\.)([^\W\d_a-z][^\W\d_A-Z]+)")
_ABBREVIATED = frozenset({"p.ex"})


_NOT_WORDS = re.compile(r"[\W_]+")


def neutralize_addresses(prose: str, *, pipe_in_code: bool = False) -> str:
    """`prose` with each address and mention as inline code; where code is `barred`, as mere words."""
    return _ADDRESS_OR_MENTION.sub(_address_as_words if pipe_in_code else _address_as_code, prose)


def neutralize_inline_code(code: str, *, pipe_in_code: bool) -> str:
    """Inline code as it is, but for addresses in it that would be none of it in a table, whose cells end at each bar.

    `barred` says that code before it in its line holds a bar: in a table, what was code after it may be none.
    """
    inner = code.strip("`")
    if not (pipe_in_code or "|" in inner) or neutralize_addresses(inner) == inner:
        return code
    return f"`{_NOT_WORDS.sub(' ', inner).strip()}`" if pipe_in_code else code.replace("|", "¦")


def _address_as_words(match: re.Match[str]) -> str:
    return _NOT_WORDS.sub(" ", match[1] or match[2]).strip()


def _address_as_code(match: re.Match[str]) -> str:
    found = match[1] or match[2]
    if found.lower() in _ABBREVIATED:
        return found
    if parted := _MISSING_SPACE.fullmatch(found):
        return f"{parted[1]} {parted[2]}"
    return f"`{found.lstrip('@!#').replace('|', '¦')}`"
