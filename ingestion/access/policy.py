"""Decides for whom each document is now, and whose audience must be set before anything else is done. Pure.

And which documents are to be read again, because their folder says something else of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.scan.planner import Forget, Take
from knowledge.core.access import EVERYONE, NOBODY, together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ingestion.access.rules import Rules
    from ingestion.scan.folder_scan import Look
    from ingestion.scan.planner import Operation
    from knowledge.core.documents import Document, Fingerprint, Label
    from knowledge.storage.editions import Editions

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
    half written, or gone with its folder, must not open anything. Where its file lies at another place now, that place
    narrows it too: whatever keeps it from being moved or forgotten, it is not for those who may not read it there.
    """
    kept_out = frozenset(path for path in look.files if rules.keeps_out(path))
    audiences = {path: rules.audience(path) for path in {*look.files, *ledger}}
    for path, document in ledger.items():
        if settling or path not in look.files:
            audiences[path] = together({*audiences[path], *document.audience})
    audiences |= dict.fromkeys(kept_out, _NOBODY)
    missing = [document for path, document in ledger.items() if path not in look.files]
    for old, new in _found_again(missing, look.files).items():
        audiences[old] = together({*audiences[old], *audiences[new]})
    labels = {path: _label(path, rules, ledger, settling=settling) for path in look.files}
    return Access(audiences, kept_out, settling, labels)


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


def to_guard_while_moving(
    operations: Iterable[Operation], now: Access, ledger: Mapping[str, Document], seen: Collection[str]
) -> Audiences:
    """Documents that go elsewhere: until they are there, their old place is for those alone who may know both.

    Where a part of the folder cannot be seen, a move looks like a copy of what is not `seen` at its place any more.
    """
    narrowed: Audiences = {}
    for one in operations:
        if isinstance(one, Take) and one.source not in seen:
            before = narrowed.get(one.source, ledger[one.source].audience)
            narrowed[one.source] = together({*before, *now.audiences[one.path]})
    return {path: audience for path, audience in narrowed.items() if audience != ledger[path].audience}


def on_their_way(
    operations: Iterable[Operation], ledger: Mapping[str, Document], moving: Mapping[str, Fingerprint]
) -> dict[str, str]:
    """Documents that seem gone, but were renamed a moment ago: by the old path, the new one, which is taken later."""
    gone = [ledger[one.path] for one in operations if isinstance(one, Forget) and one.path in ledger]
    return _found_again(gone, moving)


def _found_again(missing: Collection[Document], files: Mapping[str, Fingerprint]) -> dict[str, str]:
    """Where the very file of each missing document lies now, by the document's path, if it is one of `files`."""
    if not missing:
        return {}
    places = {(at.inode, at.size, at.mtime_ns): path for path, at in files.items()}
    prints = ((document.path, document.fingerprint) for document in missing)
    return {path: places[same] for path, at in prints if (same := (at.inode, at.size, at.mtime_ns)) in places}
