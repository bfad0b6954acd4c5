"""Reads folder names and rule files: who may know each file, what is kept out, and its title and language.

A folder may narrow the audience of its parents and never widens it. A rule file that cannot be understood closes its
folder to everybody, and administrators see the reason. The bot checks that the named channels and persons exist.
"""

from __future__ import annotations

import fnmatch
import logging
import os
import re
import stat
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ingestion.scan.folder_scan import format_path
from ingestion.scan.rule_file_names import RULE_FILE
from knowledge.core.access import EVERYONE, NOBODY, combine_requirements, requirement_from_name
from knowledge.core.documents import EMPTY_LABEL, LANGUAGE_CODES, FolderLabel, Language
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure, make_failure
from knowledge.storage.worker_requests import FolderProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingestion.scan.safe_open import FolderTree

log = logging.getLogger(__name__)

# The TOML reader and the patterns' one take 50 ms for the worst file within these bounds (half a minute for 64 KB).
_MAX_FILE_BYTES = 8 * 1024
_MAX_DOTS = 300  # in keys, the TOML reader takes the square of their number
_MAX_PATTERNS, _MAX_PATTERN_LENGTH = 50, 200
_MAX_FILES_BELOW = 1_000  # rule files below one folder of the root: more than that would hold each pass up
_MAX_TITLE_LENGTH = 100
_KNOWN_KEYS = frozenset({"audience", "keep_out", "language", "title"})
_LANGUAGES: dict[object, Language] = {code: code for code in LANGUAGE_CODES}


class MalformedRule(Exception):
    """Says why a rule file cannot be followed; the failure lacks a subject: "is not TOML"."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class FolderRule:
    """What the rule file of one folder says; `keep_out` has patterns of file names or of paths below that folder."""

    requirement: str | None = None
    keep_out: tuple[str, ...] = ()
    label: FolderLabel = EMPTY_LABEL

    def matches_keep_out(self, relative_path: str) -> bool:
        """Say whether a file, by its path relative to the rule's folder, is kept out."""
        name = relative_path.rpartition("/")[2]
        return any(fnmatch.fnmatchcase(relative_path, one) or fnmatch.fnmatchcase(name, one) for one in self.keep_out)


@dataclass(frozen=True, slots=True)
class _InheritedRules:
    """What a folder and those above it say together: audience, rules that keep files out, title and language."""

    audience: frozenset[str] = frozenset({EVERYONE})
    keep_out: tuple[tuple[str, FolderRule], ...] = ()
    label: FolderLabel = EMPTY_LABEL

    def add_folder(self, folder: str, rule: FolderRule | None) -> _InheritedRules:
        """Return what holds in a folder just below."""
        named = requirement_from_name(folder.rpartition("/")[2])
        added = {one for one in (named, rule.requirement if rule else None) if one}
        label = rule.label if rule else EMPTY_LABEL
        return _InheritedRules(
            combine_requirements({*self.audience, *added}) if added else self.audience,
            (*self.keep_out, (folder, rule)) if rule and rule.keep_out else self.keep_out,
            FolderLabel(label.title or self.label.title, label.language or self.label.language),
        )


@dataclass(frozen=True, slots=True)
class FolderRules:
    """The rules by the folder's path ("" is the root), and the problems of rule files as sentences."""

    by_folder: Mapping[str, FolderRule] = field(default_factory=dict)
    problems: tuple[FolderProblem, ...] = ()
    _inherited: dict[str, _InheritedRules] = field(default_factory=dict, init=False, repr=False, compare=False)

    def resolve_audience(self, path: str) -> frozenset[str]:
        """Return all that the folders above a file require of the people who may know it."""
        return self._get_inherited_rules(path).audience

    def is_kept_out(self, path: str) -> bool:
        """Say whether a folder above the file keeps it out of the index."""
        return any(
            rule.matches_keep_out(path[len(folder) + 1 :] if folder else path)
            for folder, rule in self._get_inherited_rules(path).keep_out
        )

    def resolve_label(self, path: str) -> FolderLabel:
        """Return the title and the language of the file's folders; the nearest folder wins."""
        return self._get_inherited_rules(path).label

    def _get_inherited_rules(self, path: str) -> _InheritedRules:
        """Return what holds for a file; each folder is looked at once, for folders may nest by the thousand."""
        folder, unknown = path.rpartition("/")[0], []
        while folder not in self._inherited and folder:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        if not folder and "" not in self._inherited:
            self._inherited[""] = _InheritedRules().add_folder("", self.by_folder.get(""))
        inherited = self._inherited[folder]
        for one in reversed(unknown):
            inherited = self._inherited[one] = inherited.add_folder(one, self.by_folder.get(one))
        return inherited


def read_folder_rules(
    tree: FolderTree, folders: Iterable[str], near_names: Mapping[str, str] | None = None
) -> FolderRules:
    """Read the rule files of these folders; skip one that has vanished since the scan, unless its folder has too.

    `near_names` has files that may be meant as a rule file and are none, by their folder: they close it.
    """
    rules: dict[str, FolderRule] = {}
    problems = []
    counts: Counter[str] = Counter()
    for folder in sorted(folders):
        counts[folder.partition("/")[0]] += 1
        is_crowded = counts[folder.partition("/")[0]] > _MAX_FILES_BELOW
        rule = (
            make_failure(FailureCode.RULE_TOO_MANY, most=_MAX_FILES_BELOW) if is_crowded else _read_rule(tree, folder)
        )
        if isinstance(rule, FolderRule):
            rules[folder] = rule
        elif rule:
            rules[folder] = FolderRule(NOBODY)
            closed = make_failure(FailureCode.CLOSED, why=rule)
            problems.append(FolderProblem(format_path(folder) or ".", failure=closed))
    for folder, name in (near_names or {}).items():
        rules[folder] = FolderRule(NOBODY)
        misnamed = make_failure(FailureCode.RULE_MISNAMED, name=format_path(name))
        problems.append(FolderProblem(format_path(folder) or ".", failure=misnamed))
    return FolderRules(rules, tuple(problems))


def _read_rule(tree: FolderTree, folder: str) -> FolderRule | Failure | None:
    """Read the rule of a folder; return why it cannot be followed, or None where it has vanished."""
    try:
        return _parse_rule_content(_read_rule_file(tree, f"{folder}/{RULE_FILE}" if folder else RULE_FILE))
    except FileNotFoundError:
        return None
    except MalformedRule as error:
        return error.failure
    except OSError as error:
        return make_failure(FailureCode.RULE_UNOPENED, error=error.strerror)
    except Exception as error:  # whatever is wrong with a rule file closes its folder, and stops no pass
        log.exception("a rule file cannot be followed")
        return make_failure(FailureCode.RULE_UNOPENED, error=type(error).__name__)


@lru_cache(4 * _MAX_FILES_BELOW)
def _parse_rule_content(content: bytes) -> FolderRule:
    """Parse the content of a rule file; the same content is parsed once."""
    try:
        return parse_folder_rule(content.decode())
    except UnicodeDecodeError as error:
        raise MalformedRule(make_failure(FailureCode.RULE_NOT_UTF8)) from error


def parse_folder_rule(text: str) -> FolderRule:
    """Parse the text of a rule file."""
    if text.count(".") > _MAX_DOTS:
        raise MalformedRule(make_failure(FailureCode.RULE_TOO_DEEP))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedRule(make_failure(FailureCode.RULE_NOT_TOML, error=error)) from error
    except RecursionError as error:
        raise MalformedRule(make_failure(FailureCode.RULE_TOO_DEEP)) from error
    except ValueError as error:  # TOML limits no number, Python does
        raise MalformedRule(make_failure(FailureCode.RULE_LONG_NUMBER)) from error
    if not table:
        raise MalformedRule(make_failure(FailureCode.RULE_EMPTY))  # an editor may have emptied it to write it again
    if unknown := sorted(table.keys() - _KNOWN_KEYS):
        raise MalformedRule(
            make_failure(
                FailureCode.RULE_UNKNOWN, key=unknown[0][:_MAX_TITLE_LENGTH], known=", ".join(sorted(_KNOWN_KEYS))
            )
        )
    requirement = _parse_requirement(table["audience"]) if "audience" in table else None
    label = FolderLabel(_parse_title(table.get("title", "")), _parse_language(table.get("language")))
    return FolderRule(requirement, _parse_patterns(table.get("keep_out", False)), label)


def _parse_requirement(value: object) -> str | None:
    if value in (EVERYONE, NOBODY):
        return str(value)
    required = requirement_from_name(value) if isinstance(value, str) else None
    if required is None:
        raise MalformedRule(make_failure(FailureCode.RULE_AUDIENCE))
    return required


def _parse_title(value: object) -> str:
    title = " ".join(value.split()) if isinstance(value, str) else None
    if title is None or len(title) > _MAX_TITLE_LENGTH:
        raise MalformedRule(make_failure(FailureCode.RULE_TITLE, most=_MAX_TITLE_LENGTH))
    return title


def _parse_language(value: object) -> Language | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in _LANGUAGES:
        raise MalformedRule(make_failure(FailureCode.RULE_LANGUAGE))
    return _LANGUAGES[value]


def _parse_patterns(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("*",) if value else ()
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise MalformedRule(make_failure(FailureCode.RULE_KEEP_OUT))
    if len(value) > _MAX_PATTERNS or any(len(one) > _MAX_PATTERN_LENGTH for one in value):
        raise MalformedRule(make_failure(FailureCode.RULE_PATTERNS, most=_MAX_PATTERNS, length=_MAX_PATTERN_LENGTH))
    try:
        for one in value:
            re.compile(fnmatch.translate(one))
    except re.error as error:
        raise MalformedRule(make_failure(FailureCode.RULE_KEEP_OUT)) from error
    return tuple(value)


def _read_rule_file(tree: FolderTree, path: str) -> bytes:
    """Read a rule file; refuse a link, which could lead anywhere."""
    with tree.open_file(path) as descriptor:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise MalformedRule(make_failure(FailureCode.RULE_NO_FILE))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    if len(content) > _MAX_FILE_BYTES:
        raise MalformedRule(make_failure(FailureCode.RULE_TOO_LONG, most=_MAX_FILE_BYTES))
    return content
