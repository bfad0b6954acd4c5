"""Sets for whom documents are: first of all in a pass, and again where files move. `guards` decides; done here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.access.policy import (
    build_access_policy,
    find_audience_changes,
    find_audiences_of_moves,
    find_recent_renames,
)
from ingestion.access.rules import FolderRule, FolderRules, read_folder_rules
from ingestion.scan.planner import ForgetDocument
from knowledge.core.access import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingestion.access.policy import AccessPolicy, AudiencesByPath
    from ingestion.scan.folder_scan import FolderScan
    from ingestion.scan.planner import Operation
    from ingestion.sync.document_operations import DocumentOperations
    from knowledge.core.documents import Document, Fingerprint
    from knowledge.storage.editions import PassageInventory
    from knowledge.storage.folder_problems import FolderProblem, FolderProblems


class AccessApplier:
    """The rules of the folder at `root`, as the last look found them; what is wrong with them is written down."""

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
        ledger: Mapping[str, Document],
        inventory: PassageInventory | None,
        now: float,
        quiet_seconds: float,
    ) -> tuple[AccessPolicy, dict[str, Document]]:
        """Read the rules and apply them to what is known: the ledger as it stands after that."""
        rules = read_folder_rules(self._root, scan.rule_files)
        self.problems = rules.problems
        if self._folder_problems:
            self._folder_problems.replace_folder_problems(rules.problems)
        rules, lingers = self._keep_vanished_rules(rules, scan, now, quiet_seconds)
        written = any(0 <= now - at.ctime_ns / 1e9 < quiet_seconds for at in scan.rule_files.values())
        found = build_access_policy(rules, scan, ledger, is_settling=written or lingers)
        return found, self._set_audiences(find_audience_changes(found, ledger, inventory), ledger)

    def _keep_vanished_rules(
        self, rules: FolderRules, scan: FolderScan, now: float, quiet_seconds: float
    ) -> tuple[FolderRules, bool]:
        """The rules with those that were there a moment ago, and whether there are any such.

        Editors and programs that copy folders take a file away before they write it anew: that opens nothing.
        """
        gone = (self._last_rules.keys() | scan.rule_files.keys()) - rules.by_folder.keys()
        self._vanished_since = {folder: self._vanished_since.get(folder, now) for folder in gone}
        lately = [folder for folder, since in self._vanished_since.items() if 0 <= now - since < quiet_seconds]
        lingering = {folder: self._last_rules.get(folder, FolderRule(NOBODY)) for folder in lately}
        self._last_rules = {**rules.by_folder, **lingering}
        return FolderRules(self._last_rules, rules.problems), bool(lingering)

    def narrow_moving_documents(
        self,
        operations: list[Operation],
        policy: AccessPolicy,
        ledger: Mapping[str, Document],
        seen: Mapping[str, Fingerprint],
        moving: frozenset[str],
    ) -> tuple[list[Operation], dict[str, Document]]:
        """Narrow what moves before it does. What was renamed a moment ago is not gone: the next pass moves it."""
        renamed = find_recent_renames(operations, ledger, {path: seen[path] for path in moving & seen.keys()})
        left = [one for one in operations if not (isinstance(one, ForgetDocument) and one.path in renamed)]
        return left, self._set_audiences(find_audiences_of_moves(operations, policy, ledger, seen.keys()), ledger)

    def _set_audiences(self, audiences: AudiencesByPath, ledger: Mapping[str, Document]) -> dict[str, Document]:
        self._operations.change_audiences(audiences)
        changed = {path: audience for path, audience in audiences.items() if path in ledger}
        return {**ledger, **{path: replace(ledger[path], audience=audience) for path, audience in changed.items()}}
