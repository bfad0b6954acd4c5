"""Writes the audiences that the access policy decides: first in each pass, and again where files move."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.access.policy import (
    AccessPolicy,
    AudiencesByPath,
    build_access_policy,
    find_audience_changes,
    find_audiences_of_moves,
    find_recent_renames,
    find_replaced_documents,
)
from ingestion.access.rules import FolderRule, FolderRules, read_folder_rules
from ingestion.sync.planner import ForgetDocument, Operation
from knowledge.core.access import NOBODY
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import RequestRefused, make_failure
from knowledge.storage.worker_requests import FolderProblem, FolderProblems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingestion.scan.folder_scan import FolderScan
    from ingestion.sync.document_operations import DocumentOperations
    from ingestion.sync.ledger_cache import PackedDocuments
    from knowledge.core.documents import Fingerprint
    from knowledge.storage.inventory import PassageInventory

log = logging.getLogger(__name__)
_AWAY_TIMES = 2  # the quiet time: a rule file that is away for longer than this is gone
_MAX_PROBLEMS = 500  # a record of any number of them would be refused, for its size


class AccessApplier:
    """Applies the rules of the folder at `root`, and stores the problems of its rule files for administrators."""

    def __init__(self, root: Path, operations: DocumentOperations, folder_problems: FolderProblems | None) -> None:
        self._root = root
        self._operations = operations
        self._folder_problems = folder_problems
        self._last_rules: dict[str, FolderRule] = {}
        self._vanished_since: dict[str, float] = {}
        self.problems: tuple[FolderProblem, ...] = ()

    def apply_folder_rules(
        self,
        scan: FolderScan,
        ledger: PackedDocuments,
        inventory: PassageInventory | None,
        now: float,
        quiet_seconds: float,
    ) -> tuple[AccessPolicy, PackedDocuments]:
        """Read the rules and write the audiences that change; return the policy and the ledger after that."""
        rules = read_folder_rules(scan.tree, scan.rule_files, scan.near_rule_files)
        self.problems = rules.problems
        rules, vanished = self._keep_vanished_rules(rules, scan, now, quiet_seconds)
        written = [
            folder
            for folder, fingerprint in scan.rule_files.items()
            if 0 <= now - fingerprint.ctime_ns / 1e9 < quiet_seconds
        ]
        settling = frozenset(folder.partition("/")[0] for folder in (*written, *vanished))
        policy = build_access_policy(rules, scan, ledger, settling)
        ledger = self._forget_replaced_documents(policy, scan, ledger)
        changed = self._set_audiences(find_audience_changes(policy, scan, ledger, inventory), ledger)
        self._store_problems()
        return policy, changed

    def _forget_replaced_documents(
        self, policy: AccessPolicy, scan: FolderScan, ledger: PackedDocuments
    ) -> PackedDocuments:
        replaced = find_replaced_documents(policy, scan, ledger)
        for path in replaced:
            self._operations.forget_document(path)
        return ledger.copy_documents(without=replaced) if replaced else ledger

    def _store_problems(self) -> None:
        """Store the problems for administrators, after the audiences: no problem may keep these from being written."""
        if not self._folder_problems:
            return
        try:
            self._folder_problems.replace_folder_problems(_list_first_problems(self.problems))
        except RequestRefused as error:
            log.warning("problems of folders not stored: folders=%d error=%s", len(self.problems), error)

    def _keep_vanished_rules(
        self, rules: FolderRules, scan: FolderScan, now: float, quiet_seconds: float
    ) -> tuple[FolderRules, list[str]]:
        """Add the rules that vanished a moment ago (a program may be replacing them); return all, and their folders."""
        gone = (self._last_rules.keys() | scan.rule_files.keys()) - rules.by_folder.keys()
        self._vanished_since = {folder: self._vanished_since.get(folder, now) for folder in gone}
        away = _AWAY_TIMES * quiet_seconds
        recent = [folder for folder, since in self._vanished_since.items() if 0 <= now - since < away]
        vanished = {folder: self._last_rules.get(folder, FolderRule(NOBODY)) for folder in recent}
        self._last_rules = {**rules.by_folder, **vanished}
        return FolderRules(self._last_rules, rules.problems), recent

    def narrow_moving_documents(
        self,
        operations: list[Operation],
        policy: AccessPolicy,
        ledger: PackedDocuments,
        seen: Mapping[str, Fingerprint],
        moving: frozenset[str],
    ) -> tuple[list[Operation], PackedDocuments]:
        """Narrow moving documents before they move, and leave out the deletion of what was renamed a moment ago."""
        renamed = find_recent_renames(operations, ledger, {path: seen[path] for path in moving & seen.keys()})
        remaining = [one for one in operations if not (isinstance(one, ForgetDocument) and one.path in renamed)]
        return remaining, self._set_audiences(find_audiences_of_moves(operations, policy, ledger, seen.keys()), ledger)

    def _set_audiences(self, audiences: AudiencesByPath, ledger: PackedDocuments) -> PackedDocuments:
        if not audiences:
            return ledger  # a million documents are not copied for nothing
        self._operations.change_audiences(audiences)
        changed = ledger.copy_documents()
        for path, audience in audiences.items():
            if path in ledger:
                changed[path] = replace(ledger[path], audience=audience)
        return changed


def _list_first_problems(problems: tuple[FolderProblem, ...]) -> tuple[FolderProblem, ...]:
    """Return the problems that are stored: the first ones, and how many others there are."""
    if len(problems) <= _MAX_PROBLEMS:
        return problems
    more = make_failure(FailureCode.MORE_PROBLEMS, count=len(problems) - _MAX_PROBLEMS)
    return (*problems[:_MAX_PROBLEMS], FolderProblem("…", failure=more))
