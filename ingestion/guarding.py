"""Sets for whom documents are: first of all in a pass, and again where files move. `guards` decides; done here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.guards import access, on_their_way, to_guard, to_guard_while_moving
from ingestion.plan import Forget
from ingestion.rules import read_rules
from knowledge.audience import together

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingestion.folder import Look
    from ingestion.guards import Access, Audiences
    from ingestion.operations import Operations
    from ingestion.plan import Operation
    from knowledge.documents import Document, Fingerprint
    from knowledge.editions import Editions
    from knowledge.troubles import Trouble, Troubles


class Guarding:
    """The rules of the folder at `root`, as the last look found them; what is wrong with them is written down."""

    def __init__(self, root: Path, operations: Operations, troubles: Troubles | None) -> None:
        self._root = root
        self._operations = operations
        self._written = troubles
        self.troubles: tuple[Trouble, ...] = ()

    def begin(
        self, look: Look, ledger: Mapping[str, Document], held: Editions | None, now: float, quiet_seconds: float
    ) -> tuple[Access, dict[str, Document]]:
        """Read the rules and apply them to what is known: the ledger as it stands after that."""
        rules = read_rules(self._root, look.rules)
        self.troubles = rules.troubles
        if self._written:
            self._written.replace(rules.troubles)
        settling = any(0 <= now - at.ctime_ns / 1e9 < quiet_seconds for at in look.rules.values())
        found = access(rules, look, ledger, settling=settling)
        return found, self._guard(to_guard(found, ledger, held), ledger)

    def along(
        self,
        operations: list[Operation],
        found: Access,
        ledger: Mapping[str, Document],
        moving: Mapping[str, Fingerprint],
    ) -> tuple[list[Operation], dict[str, Document]]:
        """Narrow what moves before it does. What was renamed a moment ago is not gone: the next pass moves it."""
        renamed = on_their_way(operations, ledger, moving)
        both = {old: together({*ledger[old].audience, *found.audiences[new]}) for old, new in renamed.items()}
        changed = {old: audience for old, audience in both.items() if audience != ledger[old].audience}
        left = [one for one in operations if not (isinstance(one, Forget) and one.path in renamed)]
        return left, self._guard({**to_guard_while_moving(operations, found, ledger), **changed}, ledger)

    def _guard(self, audiences: Audiences, ledger: Mapping[str, Document]) -> dict[str, Document]:
        self._operations.guard(audiences)
        changed = {path: audience for path, audience in audiences.items() if path in ledger}
        return {**ledger, **{path: replace(ledger[path], audience=audience) for path, audience in changed.items()}}
