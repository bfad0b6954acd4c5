"""Decides for whom each document is now, and whose audience must be set before anything else is done. Pure.

And which documents are to be read again, because their folder says something else of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.plan import Forget, Take
from knowledge.audience import EVERYONE, NOBODY, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingestion.folder import Look
    from ingestion.plan import Operation
    from ingestion.rules import Rules
    from knowledge.documents import Document, Fingerprint, Label
    from knowledge.editions import Editions

Audiences = dict[str, frozenset[str]]
_NOBODY = frozenset({NOBODY})


@dataclass(frozen=True, slots=True)
class Access:
    """For whom each file of the folder is, and each document that the ledger knows; and which files are kept out.

    `labels` has what the folders of each file say of it. While the rules are `settling`, somebody is writing them.
    """

    audiences: Audiences
    kept_out: frozenset[str]
    settling: bool
    labels: Mapping[str, Label]

    def admitted(self, look: Look) -> Look:
        """The look without what is kept out."""
        return replace(look, files={path: at for path, at in look.files.items() if path not in self.kept_out})

    def relabelled(self, ledger: Mapping[str, Document]) -> frozenset[str]:
        """Documents of whose folder something else was said when they were read."""
        return frozenset(path for path, label in self.labels.items() if path in ledger and ledger[path].label != label)


def access(rules: Rules, look: Look, ledger: Mapping[str, Document], *, settling: bool) -> Access:
    """Apply the rules to every file that was seen, and to every document that is known.

    What cannot be seen at its place is only ever narrowed, and so is everything while rules are settling: what is
    half written, or gone with its folder, must not open anything.
    """
    kept_out = frozenset(path for path in look.files if rules.keeps_out(path))
    audiences = {path: rules.audience(path) for path in {*look.files, *ledger}}
    for path, document in ledger.items():
        if settling or path not in look.files:
            audiences[path] = together({*audiences[path], *document.audience})
    labels = {path: _label(path, rules, ledger, settling=settling) for path in look.files}
    return Access({**audiences, **dict.fromkeys(kept_out, _NOBODY)}, kept_out, settling, labels)


def _label(path: str, rules: Rules, ledger: Mapping[str, Document], *, settling: bool) -> Label:
    """What a document is read by: as before, while the rules are being written."""
    return ledger[path].label if settling and path in ledger else rules.label(path)


def to_guard(now: Access, ledger: Mapping[str, Document], held: Editions | None) -> Audiences:
    """Documents whose audience is another than what is written down, those first who are for fewer.

    `held` is what the index holds, where it was compared: what it holds for others than the ledger says is set right.
    """
    changed = {
        path: now.audiences[path]
        for path, document in ledger.items()
        if now.audiences[path] != document.audience or (held and not held.guards(path, document.audience))
    }
    lost = {path: now.audiences.get(path, _NOBODY) for path in held.by_path if path not in ledger} if held else {}
    changed |= {path: audience for path, audience in lost.items() if held and not held.guards(path, audience)}
    return dict(sorted(changed.items(), key=lambda one: (one[1] == {EVERYONE}, one[0])))


def to_guard_while_moving(operations: Iterable[Operation], now: Access, ledger: Mapping[str, Document]) -> Audiences:
    """Documents that go elsewhere: until they are there, their old place is for those alone who may know both."""
    moves = ((one.source, now.audiences[one.path]) for one in operations if isinstance(one, Take) and one.moved)
    both = {source: together({*ledger[source].audience, *audience}) for source, audience in moves}
    return {path: audience for path, audience in both.items() if audience != ledger[path].audience}


def on_their_way(
    operations: Iterable[Operation], ledger: Mapping[str, Document], moving: Mapping[str, Fingerprint]
) -> dict[str, str]:
    """Documents that seem gone, but were renamed a moment ago: by the old path, the new one, which is taken later."""
    arrived = {(at.inode, at.size, at.mtime_ns): path for path, at in moving.items()}
    gone = (ledger[one.path] for one in operations if isinstance(one, Forget) and one.path in ledger)
    prints = ((document.path, document.fingerprint) for document in gone)
    return {path: arrived[same] for path, at in prints if (same := (at.inode, at.size, at.mtime_ns)) in arrived}
