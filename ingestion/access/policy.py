"""Decides the audience of each document, which audiences must change first, and what must be read again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingestion.sync.ledger_cache import iterate_shared_values
from ingestion.sync.planner import CopyDocument, ForgetDocument, Operation
from knowledge.core.access import EVERYONE, NOBODY, combine_requirements
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState, Fingerprint, FolderLabel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ingestion.access.rules import FolderRules
    from ingestion.scan.folder_scan import FolderScan
    from knowledge.storage.inventory import PassageInventory

AudiencesByPath = dict[str, frozenset[str]]
_NOBODY_AUDIENCE = frozenset({NOBODY})


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """The audience of each file in the folder and of each document in the ledger, and the files that are kept out.

    `audiences` and `labels` have only what the rules do not give: a folder may hold a million files. `settling_folders`
    has the folders of the root below which somebody is writing rules now, "" for the root's own.
    """

    rules: FolderRules
    audiences: AudiencesByPath = field(default_factory=dict)
    kept_out: frozenset[str] = frozenset()
    settling_folders: frozenset[str] = frozenset()
    labels: Mapping[str, FolderLabel] = field(default_factory=dict)

    def find_audience(self, path: str) -> frozenset[str]:
        """Return the audience of a file or document."""
        return self.audiences.get(path) or self.rules.resolve_audience(path)

    def find_label(self, path: str) -> FolderLabel:
        """Return the title and language that its folders give a file."""
        return self.labels.get(path) or self.rules.resolve_label(path)

    @property
    def is_settling(self) -> bool:
        """Say whether somebody is writing rules now."""
        return bool(self.settling_folders)

    @property
    def settling_kept_out(self) -> frozenset[str]:
        """The files that are kept out by rules which somebody may be writing now: they are not forgotten yet."""
        return frozenset(path for path in self.kept_out if _is_below(path, self.settling_folders))

    def filter_scan(self, scan: FolderScan) -> FolderScan:
        """Return the scan without the files that are kept out."""
        return scan.leave_out(self.kept_out)

    def find_relabelled_paths(self, scan: FolderScan, ledger: Mapping[str, Document]) -> frozenset[str]:
        """Return the documents whose label has changed since they were read."""
        return frozenset(
            path
            for path, document in iterate_shared_values(ledger)
            if path in scan.files and document.label != self.find_label(path)
        )


def build_access_policy(
    rules: FolderRules, scan: FolderScan, ledger: Mapping[str, Document], settling_folders: frozenset[str]
) -> AccessPolicy:
    """Apply the rules to every file that was seen and to every document in the ledger.

    An audience is only narrowed while its file is not seen, and while rules for it are being written: a half-written
    rule opens nothing. That of a moved file is narrowed by the rules of its new place too, even before the move.
    """
    kept_out = frozenset(path for path in scan.files if rules.is_kept_out(path))
    policy = AccessPolicy(rules, {}, kept_out, settling_folders)
    audiences = policy.audiences
    missing = [path for path in ledger if path not in scan.files]
    settling = [path for path in ledger if _is_below(path, settling_folders)] if settling_folders else []
    for path in {*missing, *settling}:
        audiences[path] = combine_requirements({*rules.resolve_audience(path), *ledger[path].audience})
    audiences |= dict.fromkeys(kept_out, _NOBODY_AUDIENCE)
    for old, new in _find_moved_files([ledger[path] for path in missing], scan.files).items():
        audiences[old] = combine_requirements({*audiences[old], *policy.find_audience(new)})
    # The earlier ones, while rules are being written.
    return replace(policy, labels={path: ledger[path].label for path in settling if path in scan.files})


def _is_below(path: str, top_folders: frozenset[str]) -> bool:
    """Say whether a file lies below one of these folders of the root, "" being the root itself."""
    return "" in top_folders or path.partition("/")[0] in top_folders


def find_audience_changes(
    policy: AccessPolicy, scan: FolderScan, ledger: Mapping[str, Document], inventory: PassageInventory | None
) -> AudiencesByPath:
    """Find the documents whose stored audience must change, those for fewer people first."""
    changed = {
        path: policy.find_audience(path)
        for path, document in iterate_shared_values(ledger)
        if policy.find_audience(path) != document.audience
        or (inventory and path in inventory.by_path and not inventory.matches_audience(path, document.audience))
    }
    lost = (
        {
            path: policy.find_audience(path) if path in scan.files else _NOBODY_AUDIENCE
            for path in inventory.by_path
            if path not in ledger
        }
        if inventory
        else {}
    )
    changed |= {
        path: audience
        for path, audience in lost.items()
        if inventory and not inventory.matches_audience(path, audience)
    }
    return dict(sorted(changed.items(), key=lambda one: (one[1] == {EVERYONE}, one[0])))


def find_replaced_documents(policy: AccessPolicy, scan: FolderScan, ledger: Mapping[str, Document]) -> list[str]:
    """Find documents whose audience would widen while their passages may be of an earlier file at the same path."""
    return [
        path
        for path, document in iterate_shared_values(ledger)
        if path in scan.files
        and document.audience != (audience := policy.find_audience(path))
        and combine_requirements({*document.audience, *audience}) != audience
        and not _is_of_file(ledger[path], scan.files[path])
    ]


def _is_of_file(document: Document, fingerprint: Fingerprint) -> bool:
    """Say whether a document's passages, if it has any, are of the file with this fingerprint."""
    has_no_passages = document.state is DocumentState.FAILED and document.retry_at is None
    return has_no_passages or (document.state in SEARCHABLE_STATES and document.fingerprint == fingerprint)


def find_audiences_of_moves(
    operations: Iterable[Operation], policy: AccessPolicy, ledger: Mapping[str, Document], seen: Collection[str]
) -> AudiencesByPath:
    """Find the audiences of moved documents: until the move is done, people must be allowed at both places.

    A copy whose source is not in `seen` counts as a move: part of the folder may be out of sight.
    """
    narrowed: AudiencesByPath = {}
    for one in operations:
        if isinstance(one, CopyDocument) and one.source not in seen:
            before = narrowed.get(one.source, ledger[one.source].audience)
            narrowed[one.source] = combine_requirements({*before, *policy.find_audience(one.path)})
    return {path: audience for path, audience in narrowed.items() if audience != ledger[path].audience}


def find_recent_renames(
    operations: Iterable[Operation], ledger: Mapping[str, Document], moving: Mapping[str, Fingerprint]
) -> dict[str, str]:
    """Find documents that were renamed a moment ago: the new path by the old one; a later pass moves them."""
    gone = [ledger[one.path] for one in operations if isinstance(one, ForgetDocument) and one.path in ledger]
    return _find_moved_files(gone, moving)


def _find_moved_files(missing: Collection[Document], files: Mapping[str, Fingerprint]) -> dict[str, str]:
    """Find the new path of each missing document, by inode, size and time of change, among `files`."""
    if not missing:
        return {}
    paths_by_file = {_file_key(fingerprint): path for path, fingerprint in files.items()}
    keys = {document.path: _file_key(document.fingerprint) for document in missing}
    return {path: paths_by_file[key] for path, key in keys.items() if key in paths_by_file}


def _file_key(fingerprint: Fingerprint) -> tuple[int, int, int]:
    return fingerprint.inode, fingerprint.size, fingerprint.mtime_ns
