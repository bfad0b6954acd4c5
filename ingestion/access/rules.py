"""Decides who may know each file of the folder, what is kept out, and what its folders say of it: names, rule files.

Folders narrow, never widen. A rule file that cannot be understood closes its folder to everybody: the reason is for
the admins. Knows names, not Slack: whether a channel or a person exists is the bot's to say.
"""

from __future__ import annotations

import fnmatch
import os
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ingestion.scan.folder_scan import RULE_FILE, shown
from knowledge.core.access import EVERYONE, NOBODY, requirement_of, together
from knowledge.core.documents import UNLABELLED, Label
from knowledge.core.failure_reasons import Reason
from knowledge.storage.folder_problems import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from knowledge.core.documents import Language

_LONGEST = 8 * 1024  # bytes: TOML's reader takes a second for the worst of them, and half a minute for 64 KB
_LONGEST_TITLE = 100
_KEYS = frozenset({"audience", "keep_out", "language", "title"})
_LANGUAGES: dict[object, Language] = {"fr": "fr", "en": "en"}


class MalformedRule(Exception):
    """A rule file that says nothing that can be followed. The message begins where "the file" would stand."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the rule file of one folder says. `keep_out` has patterns of paths below that folder, or of names."""

    requirement: str | None = None
    keep_out: tuple[str, ...] = ()
    label: Label = UNLABELLED

    def keeps_out(self, below: str) -> bool:
        """Whether the file at `below`, relative to the rule's folder, is kept out."""
        name = below.rpartition("/")[2]
        return any(fnmatch.fnmatchcase(below, one) or fnmatch.fnmatchcase(name, one) for one in self.keep_out)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all folders, by the folder's path ("" is the root), and what is wrong with some, as sentences."""

    by_folder: Mapping[str, Rule] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()

    def audience(self, path: str) -> frozenset[str]:
        """What is required of whoever may know the file at `path`: everything that a folder above it requires."""
        required = (self._required(folder) for folder in _folders(path))
        return together({EVERYONE, *(one for some in required for one in some)})

    def keeps_out(self, path: str) -> bool:
        """Whether a folder above the file at `path` keeps it out of the index."""
        return any(
            rule.keeps_out(path[len(folder) + 1 :] if folder else path)
            for folder in _folders(path)
            if (rule := self.by_folder.get(folder)) and rule.keep_out
        )

    def label(self, path: str) -> Label:
        """Title and language that the nearest folder above the file at `path` gives; an inner one overrules."""
        given = [rule.label for folder in _folders(path) if (rule := self.by_folder.get(folder))]
        titles = [label.title for label in given if label.title]
        languages = [label.language for label in given if label.language]
        return Label(titles[-1] if titles else "", languages[-1] if languages else None)

    def _required(self, folder: str) -> Iterator[str]:
        rule = self.by_folder.get(folder)
        for one in (requirement_of(PurePosixPath(folder).name), rule.requirement if rule else None):
            if one:
                yield one


def read_rules(root: Path, folders: Iterable[str]) -> Rules:
    """Read the rule files of these folders. One that is gone meanwhile is no rule; the next look tells."""
    rules: dict[str, Rule] = {}
    troubles = []
    for folder in folders:
        try:
            rules[folder] = rule_of(_text(root / folder / RULE_FILE))
        except FileNotFoundError:
            continue
        except (MalformedRule, OSError) as error:
            rules[folder] = Rule(NOBODY)
            why = Reason.RULE_UNOPENED.about(error=error.strerror) if isinstance(error, OSError) else str(error)
            troubles.append(Trouble(shown(folder) or ".", Reason.CLOSED.about(why=why)))
    return Rules(rules, tuple(troubles))


def rule_of(text: str) -> Rule:
    """What a rule file says.

    Raises:
        MalformedRule: it says nothing, or something that is not known.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedRule(Reason.RULE_NOT_TOML.about(error=error)) from error
    except RecursionError as error:
        raise MalformedRule(Reason.RULE_TOO_DEEP.about()) from error
    except ValueError as error:  # TOML bounds no number, Python does
        raise MalformedRule(Reason.RULE_LONG_NUMBER.about()) from error
    if not told:
        raise MalformedRule(Reason.RULE_EMPTY.about())  # an editor may have emptied it to write it anew
    if unknown := sorted(told.keys() - _KEYS):
        raise MalformedRule(Reason.RULE_UNKNOWN.about(key=unknown[0][:_LONGEST_TITLE], known=", ".join(sorted(_KEYS))))
    requirement = _requirement(told["audience"]) if "audience" in told else None
    label = Label(_title(told.get("title", "")), _language(told.get("language")))
    return Rule(requirement, _patterns(told.get("keep_out", False)), label)


def _requirement(told: object) -> str | None:
    if told in (EVERYONE, NOBODY):
        return str(told)
    required = requirement_of(told) if isinstance(told, str) else None
    if required is None:
        raise MalformedRule(Reason.RULE_AUDIENCE.about())
    return required


def _title(told: object) -> str:
    title = " ".join(told.split()) if isinstance(told, str) else None
    if title is None or len(title) > _LONGEST_TITLE:
        raise MalformedRule(Reason.RULE_TITLE.about(most=_LONGEST_TITLE))
    return title


def _language(told: object) -> Language | None:
    if told is None:
        return None
    if not isinstance(told, str) or told not in _LANGUAGES:
        raise MalformedRule(Reason.RULE_LANGUAGE.about())
    return _LANGUAGES[told]


def _patterns(told: object) -> tuple[str, ...]:
    if isinstance(told, bool):
        return ("*",) if told else ()
    if isinstance(told, list) and all(isinstance(one, str) and one for one in told):
        return tuple(told)
    raise MalformedRule(Reason.RULE_KEEP_OUT.about())


def _text(path: Path) -> str:
    """A rule file's content. A link is not followed: it could lead anywhere."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise MalformedRule(Reason.RULE_NO_FILE.about())
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(_LONGEST + 1)
    finally:
        os.close(handle)
    if len(content) > _LONGEST:
        raise MalformedRule(Reason.RULE_TOO_LONG.about(most=_LONGEST))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise MalformedRule(Reason.RULE_NOT_UTF8.about()) from error


def _folders(path: str) -> Iterator[str]:
    """Every folder above a file, the root first."""
    yield ""
    parts = path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth])
