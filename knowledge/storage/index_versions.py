"""Keeps the versions of the index: which exist, which one serves, and how the next one replaces it.

An index version is a collection of passages with its own ledger. Its collection's metadata describe it, and an alias
names the serving version. A search asks by the alias, so that it never answers from a version that was replaced. A
point among the passages says which version they are: by it a search learns, from the same request, whether it asked as
that version wants. A replaced version is deleted only hours later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from qdrant_client import QdrantClient, models

from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState
from knowledge.core.failures import IndexUnavailable
from knowledge.core.stored_record import StoredRecord
from knowledge.embeddings.prefixes import NO_PREFIXES, Prefixes
from knowledge.storage.calibration import RelevanceFloor, TypicalMargin
from knowledge.storage.client import (
    check_write_completed,
    count_field_values,
    get_collection_info,
    translate_qdrant_errors,
)
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.payload_indexes import TEXT_LANGUAGE_FIELD
from knowledge.storage.record_repository import format_record, parse_record
from knowledge.storage.schema import (
    VERSION_POINT_ID,
    build_passages_filter,
    build_version_point,
    compute_version_digest,
    digest_from_points,
    ledger_collection_name,
    passages_collection_name,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from knowledge.core.access import Audience

T = TypeVar("T")
GATE_METRICS = ("hit@5", "mrr@10")  # the scores by which two versions are compared


@dataclass(frozen=True, slots=True)
class IndexRecipe:
    """How an index is made: how files are read and split, how text becomes terms, and which model embeds it.

    `prefixes` are empty where passages are embedded bare, as before prefixes were stored.
    If only `pipeline` is the same, another index can be made from the text that this one holds.
    """

    pipeline: str
    words: str
    model: str
    prefixes: Prefixes = NO_PREFIXES

    @property
    def model_label(self) -> str:
        """The model, with the prefix of its passages if there is one."""
        return f"{self.model} ({self.prefixes.passage.strip()})" if self.prefixes.passage else self.model

    @property
    def metadata(self) -> dict[str, Any]:
        """What a collection's metadata store of it."""
        stored = asdict(self)
        if not self.prefixes.passage:
            del stored["prefixes"]
        return stored


@dataclass(frozen=True, slots=True)
class QualityGateResult(StoredRecord):
    """The scores of the serving and the next version on the questions of one file, and whether the next one passed.

    `questions` is the hash of that file: a result for another file does not count.
    """

    passed: bool
    questions: str
    serving: Mapping[str, float]
    next: Mapping[str, float]

    @property
    def compared_metrics(self) -> tuple[str, ...]:
        """The scores that decide and that both versions have."""
        return tuple(score for score in GATE_METRICS if score in self.serving and score in self.next)


@dataclass(frozen=True, slots=True)
class IndexVersion:
    """One version. Times are seconds since the epoch; `recipe` and `floor` are None if they were not stored.

    `typical_margin` is None until it is measured. `retired_at` is since when it was replaced or given up.
    `has_text_languages` says whether passages can be searched by the language of their text, `has_alias` whether it was
    found by the alias.
    """

    number: int = 1
    recipe: IndexRecipe | None = None
    began_at: float | None = None
    retired_at: float | None = None
    verdict: QualityGateResult | None = None
    floor: RelevanceFloor | None = None
    typical_margin: TypicalMargin | None = None
    config: models.CollectionConfig | None = field(default=None, compare=False, repr=False)
    has_text_languages: bool = field(default=False, compare=False, repr=False)
    has_alias: bool = field(default=False, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """A hash of what its collection's metadata said of it when it was loaded."""
        return compute_version_digest(self.config)

    @property
    def metadata(self) -> dict[str, Any]:
        """What its collection's metadata store of it."""
        described = {"number": self.number, **(self.recipe.metadata if self.recipe else {})}
        times = {"began_at": self.began_at, "retired_at": self.retired_at}
        parts = {"verdict": self.verdict, "floor": self.floor, "usual": self.typical_margin}
        return {
            **described,
            **{name: value for name, value in times.items() if value is not None},
            **{name: format_record(part) for name, part in parts.items() if part},
        }

    def passages_collection(self, prefix: str) -> str:
        """The name of its collection of passages."""
        return passages_collection_name(prefix, self.number)

    def ledger_collection(self, prefix: str) -> str:
        """The name of its ledger's collection."""
        return ledger_collection_name(prefix, self.number)


@dataclass(frozen=True, slots=True)
class RolloutState:
    """How far the next version is: `ready_documents` of the `total_documents` are as searchable in it as now.

    `unread_paths` are still to be read into it, or to be deleted from it.
    """

    serving_version: IndexVersion
    next_version: IndexVersion
    ready_documents: int
    total_documents: int
    unread_paths: tuple[str, ...] = ()

    @property
    def waiting_for(self) -> str:
        """What the next version waits for: "documents", "meaning" (embeddings), "gate" or "refused" (by the gate)."""
        if self.next_version.verdict and not self.next_version.verdict.passed:
            return "refused"
        if self.unread_paths:
            return "documents"
        return "meaning" if self.ready_documents < self.total_documents else "gate"


@dataclass(frozen=True, slots=True)
class ServedDocuments:
    """The documents of the serving version, by its ledger."""

    index_versions: IndexVersions

    def list_served_documents(self, audience: Audience) -> dict[str, Document]:
        """Every document that `audience` may know, by path: file names are private too."""
        return _filter_by_audience(audience, self.index_versions.open_serving_ledger().list_documents())

    def get_served_documents(self, paths: Collection[str], audience: Audience) -> dict[str, Document]:
        """The known documents at `paths` that `audience` may know."""
        return _filter_by_audience(audience, self.index_versions.open_serving_ledger().get_documents(paths))

    def list_failed_documents(self) -> dict[str, Document]:
        """Every unreadable document, whatever its audience: administrators must repair it."""
        return {
            path: one
            for path, one in self.index_versions.open_serving_ledger().list_documents().items()
            if one.state is DocumentState.FAILED
        }

    def list_requirements(self) -> frozenset[str]:
        """The requirements that served passages carry: names and ids, nothing else of the passages."""
        return self.index_versions.list_served_requirements()


def _filter_by_audience(audience: Audience, documents: Mapping[str, Document]) -> dict[str, Document]:
    return {path: one for path, one in documents.items() if audience.may_know(one.audience)}


class IndexVersions:
    """The versions in the collections that begin with `prefix`. The worker makes and switches them; the bot reads."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self.alias = f"{prefix}_serving"

    def get_serving_version(self) -> IndexVersion | None:
        """The serving version; None before the first one. One call to Qdrant.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        info = get_collection_info(self._client, self.alias)
        if info:
            return replace(_version_from_collection(1, info), has_alias=True)
        # The worker takes over an index without an alias at its next start. A replaced one is not taken: its audiences
        # are out of date.
        first = get_collection_info(self._client, IndexVersion().passages_collection(self._prefix))
        index_version = _version_from_collection(1, first) if first else None
        return index_version if index_version and index_version.retired_at is None else None

    def list_index_versions(self) -> list[IndexVersion]:
        """Every version, by number.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        with translate_qdrant_errors():
            names = [collection.name for collection in self._client.get_collections().collections]
        numbers = sorted(number for name in names if (number := self._number_from_collection(name)))
        infos = (
            (number, get_collection_info(self._client, IndexVersion(number).passages_collection(self._prefix)))
            for number in numbers
        )
        return [_version_from_collection(number, info) for number, info in infos if info]

    def list_served_requirements(self) -> frozenset[str]:
        """Every requirement that a passage of the serving version carries.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = self.get_serving_version()
        if index_version is None:
            return frozenset()
        return frozenset(
            count_field_values(self._client, index_version.passages_collection(self._prefix), "metadata.audience")
        )

    def count_served_passages(self) -> int:
        """About how many passages the serving version has; 0 before the first version.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = self.get_serving_version()
        if index_version is None:
            return 0
        with translate_qdrant_errors():
            collection = index_version.passages_collection(self._prefix)
            return self._client.count(collection, build_passages_filter(), exact=False).count

    def open_serving_ledger(self) -> DocumentLedger:
        """The ledger of the serving version."""
        return DocumentLedger(self._client, self._prefix, (self.get_serving_version() or IndexVersion()).number)

    def fetch_rollout_state(self) -> RolloutState | None:
        """How far the next version is; None if there is none."""
        serving = self.get_serving_version()
        others = [one for one in self.list_index_versions() if serving and one.number != serving.number]
        coming = max((one for one in others if one.retired_at is None), key=lambda one: one.number, default=None)
        if serving is None or coming is None:
            return None
        ours, theirs = (
            DocumentLedger(self._client, self._prefix, one.number).list_documents() for one in (serving, coming)
        )
        return compute_rollout_state(serving, coming, ours, theirs)

    def list_retired_versions(self) -> list[IndexVersion]:
        """The versions that were replaced or given up, and are not deleted yet."""
        return [one for one in self.list_index_versions() if one.retired_at is not None]

    def _number_from_collection(self, name: str) -> int | None:
        found = re.fullmatch(
            re.escape(IndexVersion().passages_collection(self._prefix)) + r"(?:_([2-9]|[1-9]\d+))?", name
        )
        return int(found[1] or 1) if found else None

    def has_serving_alias(self) -> bool:
        """Whether the alias exists."""
        return get_collection_info(self._client, self.alias) is not None

    def activate_index_version(self, index_version: IndexVersion) -> None:
        """Let a version serve from now on, in one step. Safe to repeat."""
        to = models.CreateAlias(collection_name=index_version.passages_collection(self._prefix), alias_name=self.alias)
        steps: list[models.AliasOperations] = [models.CreateAliasOperation(create_alias=to)]
        if self.has_serving_alias():
            gone = models.DeleteAlias(alias_name=self.alias)
            steps.insert(0, models.DeleteAliasOperation(delete_alias=gone))
        with translate_qdrant_errors():
            self._client.update_collection_aliases(steps)
        now = self.get_serving_version()
        if now is None or now.number != index_version.number:
            raise IndexUnavailable("Qdrant has not switched the alias: it is tried again.")

    def update_index_version(self, index_version: IndexVersion, **changes: Any) -> IndexVersion:
        """Write what has changed of a version; None deletes a value."""
        changed = replace(index_version, **changes)
        # Qdrant merges metadata, and deletes a key that is null.
        blank = dict.fromkeys(("retired_at", "verdict", "usual"))
        collection = index_version.passages_collection(self._prefix)
        with translate_qdrant_errors():
            self._client.update_collection(collection, metadata={**blank, **changed.metadata})
            write_version_point(self._client, collection, self._client.get_collection(collection).config)
        return changed

    def delete_index_version(self, index_version: IndexVersion) -> None:
        """Delete a version, its ledger first: no ledger is ever left without passages. Safe to repeat."""
        with translate_qdrant_errors():
            self._client.delete_collection(index_version.ledger_collection(self._prefix))
            self._client.delete_collection(index_version.passages_collection(self._prefix))


def write_version_point(client: QdrantClient, collection: str, config: models.CollectionConfig) -> None:
    """Write among a version's passages which version this is, unless it is there. Safe to repeat.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    digest = compute_version_digest(config)
    with translate_qdrant_errors():
        if digest_from_points(client.retrieve(collection, [VERSION_POINT_ID])) != digest:
            check_write_completed(client.upsert(collection, [build_version_point(digest)], wait=True))


def compute_rollout_state(
    serving: IndexVersion,
    coming: IndexVersion,
    serving_documents: Mapping[str, Document],
    coming_documents: Mapping[str, Document],
) -> RolloutState:
    """How far the version `coming` is, by the ledgers of both. Asks Qdrant nothing."""
    unread, ready, searchable = [], 0, 0
    for path, document in serving_documents.items():
        if document.state in SEARCHABLE_STATES:
            other = coming_documents.get(path)
            searchable += 1
            ready += _is_equally_searchable(document, other)
            if not _is_processed(document, other):
                unread.append(path)
    strays = sorted(path for path in coming_documents if path not in serving_documents)  # they must not come back
    return RolloutState(serving, coming, ready, searchable, (*sorted(unread), *strays))


def _is_processed(document: Document, other: Document | None) -> bool:
    """Whether the other version has read this content, or failed for good, with the same audience."""
    if other is None or other.sha256 != document.sha256 or other.audience != document.audience:
        return False
    return other.state in SEARCHABLE_STATES or (other.state is DocumentState.FAILED and other.retry_at is None)


def _is_equally_searchable(document: Document, other: Document | None) -> bool:
    if other is None or not _is_processed(document, other):
        return False
    return other.state is not DocumentState.WORDS or document.state is DocumentState.WORDS


def _version_from_collection(number: int, info: models.CollectionInfo) -> IndexVersion:
    metadata = info.config.metadata or {}
    known = {"pipeline", "words", "model"} <= metadata.keys()

    def parse_part(part_type: type[T], name: str) -> T | None:
        found = metadata.get(name)
        return parse_record(part_type, found, f"index version {number}", name) if found else None

    return IndexVersion(
        number=metadata.get("number", number),
        recipe=_recipe_from_metadata(metadata) if known else None,
        began_at=metadata.get("began_at"),
        retired_at=metadata.get("retired_at"),
        verdict=parse_part(QualityGateResult, "verdict"),
        floor=parse_part(RelevanceFloor, "floor"),
        typical_margin=parse_part(TypicalMargin, "usual"),
        config=info.config,
        has_text_languages=f"metadata.{TEXT_LANGUAGE_FIELD}" in info.payload_schema,
    )


def _recipe_from_metadata(metadata: Mapping[str, Any]) -> IndexRecipe:
    prefixes = Prefixes(**metadata["prefixes"]) if metadata.get("prefixes") else NO_PREFIXES
    return IndexRecipe(metadata["pipeline"], metadata["words"], metadata["model"], prefixes)
