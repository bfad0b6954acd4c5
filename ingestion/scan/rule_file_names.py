"""Knows the name of rule files, and names that somebody may have meant as one. Pure.

A rule file under another name would open its folder in silence: such a name must be told instead.
"""

from __future__ import annotations

import re
import unicodedata

RULE_FILE = ".souffleur.toml"
_LETTERS = "souffleurtoml"
_MAX_MISTAKES = 2
_PARTS = ("souf", "fleu", "rtoml")  # two mistakes leave one of them as it is: most names need no comparison
_LENGTHS = range(len(_LETTERS) - _MAX_MISTAKES, 50)
_NO_LETTER = re.compile(r"[^a-z]+")
# What people and programs add to a name: `.souffleur.toml.txt`, `.souffleur (1).toml`, `Copy of .souffleur.toml`.
_ADDED = re.compile(r"copy of|copie de|copie|copy|kopie|\.toml(?=\.toml)")
_ADDED_SUFFIX = re.compile(r"(?:\.(?:txt|bak|old|orig|save|sw[a-z]|tmp|part)|[~\s]){1,30}+$")
_BACKUP_SUFFIX = re.compile(r"(?:\.(?:bak|old|orig|save|sw[a-z]|tmp|part)|~)$")
_OTHER_FORMAT = re.compile(r"\.souffleur\.(?:txt|ya?ml|json|ini|conf|cfg)$")


def is_near_rule_name(name: str) -> bool:
    """Say whether a name is nearly that of a rule file: another case, a letter or the dot missing, `.txt` added."""
    if name == RULE_FILE or len(name) not in _LENGTHS:
        return False
    plain = _fold_name(name)
    if not any(part in _NO_LETTER.sub("", plain) for part in _PARTS):
        return False
    core = _ADDED_SUFFIX.sub("", _ADDED.sub("", plain))
    pieces = [piece for piece in _NO_LETTER.split(core) if piece] or [""]
    is_likely = plain.startswith(".") or _count_mistakes(pieces[-1][-4:], "toml") <= 1
    is_near = is_likely and _count_mistakes("".join(pieces), _LETTERS) <= _MAX_MISTAKES
    return is_near or bool(_OTHER_FORMAT.fullmatch(plain))


def is_backup_name(name: str) -> bool:
    """Say whether a name that is nearly a rule file's is that of an editor's copy, which harms nobody beside it."""
    return bool(_BACKUP_SUFFIX.search(name.casefold()))


def _fold_name(name: str) -> str:
    """A name without case, accents and space around it."""
    if name.isascii():
        return name.casefold().strip()
    apart = unicodedata.normalize("NFKD", name).casefold().strip()
    return "".join(char for char in apart if not unicodedata.combining(char))


def _count_mistakes(written: str, meant: str) -> int:
    """Count the letters to add, to take away or to change (Levenshtein's distance)."""
    if abs(len(written) - len(meant)) > _MAX_MISTAKES:
        return _MAX_MISTAKES + 1
    before = list(range(len(meant) + 1))
    for row, one in enumerate(written, 1):
        now = [row]
        for column, other in enumerate(meant, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other)))
        before = now
    return before[-1]
