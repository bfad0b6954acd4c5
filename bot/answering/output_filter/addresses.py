"""Finds addresses and mentions in prose, and makes them inline code, which stays readable and is no link.

Slack's list of domains is unknown, so each dotted word that ends in letters counts as an address, `README.md` too.
They are looked for in the canonical form of the prose, in which escapes, accents and other forms of letters are gone.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.answering.output_filter.normalization import CanonicalText

if TYPE_CHECKING:
    from collections.abc import Callable

    _Replacement = Callable[[re.Match[str], str], str]

_DOT = r"(?:\.|%2e)"
# A percent-encoded dot ends a label: otherwise each dot would match in two ways, and the time would grow.
_LABEL = r"(?:[^\W_](?:[\w+-]|%(?!2e[^\W_])){0,80}|[$=^~](?=\.))"
_EMAIL = r"(?:[^\W_][\w.%+-]{0,80}|[._+-]{1,80})(?:@[\w.%-]{0,80}[^\W_]){1,9}"
_ADDRESS_END = r"[^\s`<>)\[\].,;:!?*_'\"»”’]"  # the last character of an address
_ADDRESS_REST = rf"[^\s`<>)\[\]]*{_ADDRESS_END}"
_HOST = rf"(?:{_LABEL}{_DOT}){{1,30}}(?:[^\W\d_][^\W\d_]|xn--)(?:[\w.%+-]*[^\W_])?"
_NUMBERS = r"(?<![^\W_ª])(?<!\.)\d{1,3}(?:\.\d{1,3}){3}(?!(?:[^\W\d]|\.)*+\d)"
_GROUP_MENTION = r"@(?:channel|here|everyone|group)(?![^\W_])"
_START = r"(?:(?<![^\W_ª])|(?<=%[\da-f]{2}))"  # no letter before it, or a percent-encoded one
_MAX_BRACKET_CHARACTERS = 1_000  # characters between "<" and ">"; the other patterns find an address in longer text
_ADDRESS_OR_MENTION = re.compile(
    rf"<((?:[@!#]|(?:https?|ftp|mailto|tel|slack):)[^>\n]{{0,{_MAX_BRACKET_CHARACTERS}}})>"
    rf"|([\w+.-]{{0,40}}://(?:(?:\[[\da-f]*:[\da-f:]*\])?{_ADDRESS_REST}|[^\s`<>)\[\]]*)"
    rf"|{_START}(?:[\w+.-]{{0,40}}mailto|tel|sms|slack|data|javascript|vbscript|file|blob|view-source|x-[\w-]{{1,80}}):"
    rf"{_ADDRESS_REST}"
    rf"|(?://)?{_START}{_EMAIL}(?::\d+)?(?:[/?#]{_ADDRESS_REST})?"
    rf"|(?://)?{_START}(?:{_HOST}(?:\(\))?|{_NUMBERS})(?::\d+)?(?:[/?#]{_ADDRESS_REST})?"
    rf"|(?<![\w:/])//[^\W_](?:{_ADDRESS_REST})?|{_START}www{_DOT}(?:{_ADDRESS_REST}|_*)|{_GROUP_MENTION})",
    re.IGNORECASE,
)
# A sentence without a space before it, or a person's initial; "www." begins an address whatever follows.
_MISSING_SPACE = re.compile(r"(?!(?i:www\.))((?:[^\W_A-Z]+|[^\W\d_]|\d+|\d*\W)\.)([^\W\d_a-z][^\W\d_A-Z]+)")
_ABBREVIATED = frozenset({"p.ex"})
_ANNOTATED = re.compile(r"[^\W_][\w+-]*@(?!(?:channel|here|everyone|group)\b)\w+", re.IGNORECASE)  # no dot, so no host
_OWN_CODE = re.compile(r"(`[^`]*`)")
_MAY_JOIN_WORDS = re.compile(r"[*~_]")  # signs of emphasis
_WHOLE_LINK = re.compile(r"\[[^\[\]]*+\]\([^()]*+\)")  # with a part of one, some programs make a link out of code
# The label of a definition may begin before code and end in it: Markdown looks for definitions before code.
_LABEL_ENDS_IN_CODE = re.compile(r"^((?:[^\[\]\\]|\\.)*+\]):")
_TILDES = re.compile(r"~(?=~)")
_LONG_WORD = re.compile(r"[^\s`]{81,}")
_LONG_LABEL = re.compile(r"[^\s.@]{80}")
_PART_OF_ADDRESS = re.compile(r"[.@]|%2e", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w{1,32};")
_NOT_WORDS = re.compile(r"[\W_]+")


def neutralize_addresses(prose: str, *, pipe_in_code: bool = False) -> str:
    """Converts each address and mention to inline code, or to plain words after a pipe in code."""
    replace = _address_as_words if pipe_in_code else _address_as_code
    prose = _replace_addresses(prose, replace, joined=False)
    if not _MAY_JOIN_WORDS.search(prose) and not _LONG_WORD.search(prose):
        return prose
    parts = _OWN_CODE.split(prose)  # the odd ones are code
    parts[::2] = [
        _LONG_WORD.sub(lambda word: _cut_long_word(word[0], replace), _replace_addresses(part, replace, joined=True))
        for part in parts[::2]
    ]
    return "".join(parts)


def _replace_addresses(prose: str, replace: _Replacement, *, joined: bool) -> str:
    return CanonicalText.canonicalize(prose, joined=joined).replace_matches(_ADDRESS_OR_MENTION, replace)


def _cut_long_word(word: str, replace: _Replacement) -> str:
    """Cuts a word that is longer than the parts of an address are looked for, and looks for addresses again.

    It is cut as it was written: its canonical form may spell entities, brackets and backticks that it has not.
    """
    canonical = CanonicalText.canonicalize(word)
    if not _PART_OF_ADDRESS.search(canonical.text):
        return word
    cuts = [0, *(canonical.ends[label.end() - 1] for label in _LONG_LABEL.finditer(canonical.text)), len(word)]
    return _replace_addresses(" ".join(word[a:b] for a, b in pairwise(cuts)), replace, joined=True)


def neutralize_inline_code(code: str, *, pipe_in_code: bool) -> str:
    """Changes inline code with an address only if a pipe could end the code in a table, and takes tildes apart.

    A bracket in it that closes none of its own gets a space before its colon: it may end the label of a definition.
    Two tildes in it may end what others before it strike out: its backtick would then open other code.
    `pipe_in_code` says that earlier code in the line has a pipe: in a table, the text after it may be no code.
    """
    code = _LABEL_ENDS_IN_CODE.sub(r"\1 :", _TILDES.sub("~ ", code), count=1)
    inner = code.strip("`")
    if "](" in _WHOLE_LINK.sub("", inner):
        return neutralize_inline_code(code.replace("](", "] ("), pipe_in_code=pipe_in_code)
    may_end = pipe_in_code or "|" in inner
    if not may_end or (neutralize_addresses(inner) == inner and not _ENTITY.search(inner)):
        return code
    if pipe_in_code:
        return f"`{_NOT_WORDS.sub(' ', CanonicalText.canonicalize(inner).text).strip()}`"
    return _keep_code_whole(code)


def _keep_code_whole(code: str) -> str:
    """Changes what ends code for some programs: a pipe in a table, tildes that strike out."""
    return _TILDES.sub("~ ", code.replace("|", "¦"))


def _address_as_words(match: re.Match[str], _: str) -> str:
    return _NOT_WORDS.sub(" ", match[0]).strip()


def _address_as_code(match: re.Match[str], written: str) -> str:
    found = written[1:-1] if match[1] is not None else written
    if found.lower() in _ABBREVIATED or _ANNOTATED.fullmatch(match[0]):
        return found
    if parted := _MISSING_SPACE.fullmatch(found):
        return f"{parted[1]} {parted[2]}"
    return _keep_code_whole(f"`{found.lstrip('@!#＠！＃')}`")
