"""Sets for whom documents are: first of all in a pass, and again where files move. `guards` decides; done here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.access.policy import access, on_their_way, to_guard, to_guard_while_moving
from ingestion.access.rules import Rule, Rules, read_rules
from ingestion.scan.planner import Forget
from knowledge.core.access import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingestion.access.policy import Access, Audiences
    from ingestion.scan.folder_scan import Look
    from ingestion.scan.planner import Operation
    from ingestion.sync.document_operations import Operations
    from knowledge.core.documents import Document, Fingerprint
    from knowledge.storage.editions import Editions
    from knowledge.storage.folder_problems import Trouble, Troubles


class Guarding:
    """The rules of the folder at `root`, as the last look found them; what is wrong with them is written down."""

    def __init__(self, root: Path, operations: Operations, troubles: Troubles | None) -> None:
        self._root = root
        self._operations = operations
        self._written = troubles
        self._followed: dict[str, Rule] = {}
        self._missed: dict[str, float] = {}
        self.troubles: tuple[Trouble, ...] = ()

    def begin(
        self, look: Look, ledger: Mapping[str, Document], held: Editions | None, now: float, quiet_seconds: float
    ) -> tuple[Access, dict[str, Document]]:
        """Read the rules and apply them to what is known: the ledger as it stands after that."""
        rules = read_rules(self._root, look.rules)
        self.troubles = rules.troubles
        if self._written:
            self._written.replace(rules.troubles)
        rules, lingers = self._lingering(rules, look, now, quiet_seconds)
        written = any(0 <= now - at.ctime_ns / 1e9 < quiet_seconds for at in look.rules.values())
        found = access(rules, look, ledger, settling=written or lingers)
        return found, self._guard(to_guard(found, ledger, held), ledger)

    def _lingering(self, rules: Rules, look: Look, now: float, quiet_seconds: float) -> tuple[Rules, bool]:
        """The rules with those that were there a moment ago, and whether there are any such.

        Editors and programs that copy folders take a file away before they write it anew: that opens nothing.
        """
        gone = (self._followed.keys() | look.rules.keys()) - rules.by_folder.keys()
        self._missed = {folder: self._missed.get(folder, now) for folder in gone}
        lately = [folder for folder, since in self._missed.items() if 0 <= now - since < quiet_seconds]
        lingering = {folder: self._followed.get(folder, Rule(NOBODY)) for folder in lately}
        self._followed = {**rules.by_folder, **lingering}
        return Rules(self._followed, rules.troubles), bool(lingering)

    def along(
        self,
        operations: list[Operation],
        found: Access,
        ledger: Mapping[str, Document],
        seen: Mapping[str, Fingerprint],
        moving: frozenset[str],
    ) -> tuple[list[Operation], dict[str, Document]]:
        """Narrow what moves before it does. What was renamed a moment ago is not gone: the next pass moves it."""
        renamed = on_their_way(operations, ledger, {path: seen[path] for path in moving & seen.keys()})
        left = [one for one in operations if not (isinstance(one, Forget) and one.path in renamed)]
        return left, self._guard(to_guard_while_moving(operations, found, ledger, seen.keys()), ledger)

    def _guard(self, audiences: Audiences, ledger: Mapping[str, Document]) -> dict[str, Document]:
        self._operations.guard(audiences)
        changed = {path: audience for path, audience in audiences.items() if path in ledger}
        return {**ledger, **{path: replace(ledger[path], audience=audience) for path, audience in changed.items()}}
