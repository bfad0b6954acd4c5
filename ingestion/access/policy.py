"""Decides for whom each document is now, and whose audience must be set before anything else is done. Pure.

And which documents are to be read again, because their folder says something else of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.scan.planner import CopyDocument, ForgetDocument
from knowledge.core.access import EVERYONE, NOBODY, combine_requirements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ingestion.access.rules import FolderRules
    from ingestion.scan.folder_scan import FolderScan
    from ingestion.scan.planner import Operation
    from knowledge.core.documents import Document, Fingerprint, FolderLabel
    from knowledge.storage.editions import PassageInventory

AudiencesByPath = dict[str, frozenset[str]]
_NOBODY_AUDIENCE = frozenset({NOBODY})


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """For whom each file of the folder is, and each document that the ledger knows; and which files are kept out.

    `labels` has what the folders of each file say of it. While the rules are `settling`, somebody is writing them.
    """

    audiences: AudiencesByPath
    kept_out: frozenset[str]
    is_settling: bool
    labels: Mapping[str, FolderLabel]

    def filter_scan(self, scan: FolderScan) -> FolderScan:
        """The look without what is kept out."""
        return replace(scan, files={path: at for path, at in scan.files.items() if path not in self.kept_out})

    def find_relabelled_paths(self, ledger: Mapping[str, Document]) -> frozenset[str]:
        """Documents of whose folder something else was said when they were read."""
        return frozenset(path for path, label in self.labels.items() if path in ledger and ledger[path].label != label)


def build_access_policy(
    rules: FolderRules, scan: FolderScan, ledger: Mapping[str, Document], *, is_settling: bool
) -> AccessPolicy:
    """Apply the rules to every file that was seen, and to every document that is known.

    What cannot be seen at its place is only ever narrowed, and so is everything while rules are settling: what is
    half written, or gone with its folder, must not open anything. Where its file lies at another place now, that place
    narrows it too: whatever keeps it from being moved or forgotten, it is not for those who may not read it there.
    """
    kept_out = frozenset(path for path in scan.files if rules.is_kept_out(path))
    audiences = {path: rules.resolve_audience(path) for path in {*scan.files, *ledger}}
    for path, document in ledger.items():
        if is_settling or path not in scan.files:
            audiences[path] = combine_requirements({*audiences[path], *document.audience})
    audiences |= dict.fromkeys(kept_out, _NOBODY_AUDIENCE)
    missing = [document for path, document in ledger.items() if path not in scan.files]
    for old, new in _find_moved_files(missing, scan.files).items():
        audiences[old] = combine_requirements({*audiences[old], *audiences[new]})
    labels = {path: _choose_label(path, rules, ledger, is_settling=is_settling) for path in scan.files}
    return AccessPolicy(audiences, kept_out, is_settling, labels)


def _choose_label(path: str, rules: FolderRules, ledger: Mapping[str, Document], *, is_settling: bool) -> FolderLabel:
    """What a document is read by: as before, while the rules are being written."""
    return ledger[path].label if is_settling and path in ledger else rules.resolve_label(path)


def find_audience_changes(
    policy: AccessPolicy, ledger: Mapping[str, Document], inventory: PassageInventory | None
) -> AudiencesByPath:
    """Documents whose audience is another than what is written down, those first who are for fewer.

    `held` is what the index holds, where it was compared: what it holds for others than the ledger says is set right.
    """
    changed = {
        path: policy.audiences[path]
        for path, document in ledger.items()
        if policy.audiences[path] != document.audience
        or (inventory and not inventory.matches_audience(path, document.audience))
    }
    lost = (
        {path: policy.audiences.get(path, _NOBODY_AUDIENCE) for path in inventory.by_path if path not in ledger}
        if inventory
        else {}
    )
    changed |= {
        path: audience
        for path, audience in lost.items()
        if inventory and not inventory.matches_audience(path, audience)
    }
    return dict(sorted(changed.items(), key=lambda one: (one[1] == {EVERYONE}, one[0])))


def find_audiences_of_moves(
    operations: Iterable[Operation], policy: AccessPolicy, ledger: Mapping[str, Document], seen: Collection[str]
) -> AudiencesByPath:
    """Documents that go elsewhere: until they are there, their old place is for those alone who may know both.

    Where a part of the folder cannot be seen, a move looks like a copy of what is not `seen` at its place any more.
    """
    narrowed: AudiencesByPath = {}
    for one in operations:
        if isinstance(one, CopyDocument) and one.source not in seen:
            before = narrowed.get(one.source, ledger[one.source].audience)
            narrowed[one.source] = combine_requirements({*before, *policy.audiences[one.path]})
    return {path: audience for path, audience in narrowed.items() if audience != ledger[path].audience}


def find_recent_renames(
    operations: Iterable[Operation], ledger: Mapping[str, Document], moving: Mapping[str, Fingerprint]
) -> dict[str, str]:
    """Documents that seem gone, but were renamed a moment ago: by the old path, the new one, which is taken later."""
    gone = [ledger[one.path] for one in operations if isinstance(one, ForgetDocument) and one.path in ledger]
    return _find_moved_files(gone, moving)


def _find_moved_files(missing: Collection[Document], files: Mapping[str, Fingerprint]) -> dict[str, str]:
    """Where the very file of each missing document lies now, by the document's path, if it is one of `files`."""
    if not missing:
        return {}
    places = {(at.inode, at.size, at.mtime_ns): path for path, at in files.items()}
    prints = ((document.path, document.fingerprint) for document in missing)
    return {path: places[same] for path, at in prints if (same := (at.inode, at.size, at.mtime_ns)) in places}
