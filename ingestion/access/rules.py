"""Reads folder names and rule files: who may know each file, what is kept out, and its title and language.

A folder may narrow the audience of its parents and never widens it. A rule file that cannot be understood closes its
folder to everybody, and administrators see the reason. The bot checks that the named channels and persons exist.
"""

from __future__ import annotations

import fnmatch
import os
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ingestion.scan.folder_scan import RULE_FILE, format_path
from knowledge.core.access import EVERYONE, NOBODY, combine_requirements, requirement_from_name
from knowledge.core.documents import EMPTY_LABEL, FolderLabel
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure
from knowledge.storage.worker_requests import FolderProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from knowledge.core.documents import Language
    from knowledge.core.failures import Failure

_MAX_FILE_BYTES = 8 * 1024  # the TOML reader takes a second for the worst such file, and half a minute for 64 KB
_MAX_TITLE_LENGTH = 100
_KNOWN_KEYS = frozenset({"audience", "keep_out", "language", "title"})
_LANGUAGES: dict[object, Language] = {"fr": "fr", "en": "en"}


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
class FolderRules:
    """The rules by the folder's path ("" is the root), and the problems of rule files as sentences."""

    by_folder: Mapping[str, FolderRule] = field(default_factory=dict)
    problems: tuple[FolderProblem, ...] = ()

    def resolve_audience(self, path: str) -> frozenset[str]:
        """Return all that the folders above a file require of the people who may know it."""
        required = (self._list_requirements(folder) for folder in _list_parent_folders(path))
        return combine_requirements({EVERYONE, *(one for some in required for one in some)})

    def is_kept_out(self, path: str) -> bool:
        """Say whether a folder above the file keeps it out of the index."""
        return any(
            rule.matches_keep_out(path[len(folder) + 1 :] if folder else path)
            for folder in _list_parent_folders(path)
            if (rule := self.by_folder.get(folder)) and rule.keep_out
        )

    def resolve_label(self, path: str) -> FolderLabel:
        """Return the title and the language of the file's folders; the nearest folder wins."""
        labels = [rule.label for folder in _list_parent_folders(path) if (rule := self.by_folder.get(folder))]
        titles = [label.title for label in labels if label.title]
        languages = [label.language for label in labels if label.language]
        return FolderLabel(titles[-1] if titles else "", languages[-1] if languages else None)

    def _list_requirements(self, folder: str) -> Iterator[str]:
        rule = self.by_folder.get(folder)
        for one in (requirement_from_name(PurePosixPath(folder).name), rule.requirement if rule else None):
            if one:
                yield one


def read_folder_rules(root: Path, folders: Iterable[str]) -> FolderRules:
    """Read the rule files of these folders; skip one that has vanished since the scan."""
    rules: dict[str, FolderRule] = {}
    problems = []
    for folder in folders:
        try:
            rules[folder] = parse_folder_rule(_read_rule_file(root / folder / RULE_FILE))
        except FileNotFoundError:
            continue
        except (MalformedRule, OSError) as error:
            rules[folder] = FolderRule(NOBODY)
            why = (
                make_failure(FailureCode.RULE_UNOPENED, error=error.strerror)
                if isinstance(error, OSError)
                else error.failure
            )
            problems.append(
                FolderProblem(format_path(folder) or ".", failure=make_failure(FailureCode.CLOSED, why=why))
            )
    return FolderRules(rules, tuple(problems))


def parse_folder_rule(text: str) -> FolderRule:
    """Parse the text of a rule file.

    Raises:
        MalformedRule: the text is empty, not TOML, or has an unknown key or value.
    """
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
    if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
        return tuple(value)
    raise MalformedRule(make_failure(FailureCode.RULE_KEEP_OUT))


def _read_rule_file(path: Path) -> str:
    """Read a rule file; refuse a link, which could lead anywhere."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise MalformedRule(make_failure(FailureCode.RULE_NO_FILE))
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    finally:
        os.close(handle)
    if len(content) > _MAX_FILE_BYTES:
        raise MalformedRule(make_failure(FailureCode.RULE_TOO_LONG, most=_MAX_FILE_BYTES))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise MalformedRule(make_failure(FailureCode.RULE_NOT_UTF8)) from error


def _list_parent_folders(path: str) -> Iterator[str]:
    """Yield every folder above a file, the root first."""
    yield ""
    parts = path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth])
