"""Builds of the index: which there are, which one answers, and how another takes its place. Knows no folder.

A build is a collection of passages with a ledger of its own; what is known of it stands in its collection's metadata.
An alias names the build that answers. Whoever asks resolves it once a question and keeps to that build: the next may
take its place at any moment, and the one before is dropped only hours later.
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
from knowledge.storage.calibration import RelevanceFloor, TypicalMargin
from knowledge.storage.client import count_field_values, get_collection_info, translate_qdrant_errors
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.repository import format_record, parse_record
from knowledge.storage.schema import ledger_collection_name, passages_collection_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from knowledge.core.access import Audience

T = TypeVar("T")
_REQUIREMENTS_LIMIT = 100_000  # names of channels and people that folders may bear
GATE_METRICS = ("hit@5", "mrr@10")  # the scores by which a build is held against another


@dataclass(frozen=True, slots=True)
class IndexRecipe:
    """What an index is made with: how files are read and split, how words are told apart, which model gives meaning.

    Where only the reading is the same, another index can be made from the text that this one holds.
    """

    pipeline: str
    words: str
    model: str


@dataclass(frozen=True, slots=True)
class QualityGateResult(StoredRecord):
    """What the gate said: the scores of the build that answers and of the next, on the questions of one file.

    `questions` is the hash of that file: another file is another question.
    """

    passed: bool
    questions: str
    serving: Mapping[str, float]
    next: Mapping[str, float]

    @property
    def compared_metrics(self) -> tuple[str, ...]:
        """The scores that decide, as far as both builds have them."""
        return tuple(score for score in GATE_METRICS if score in self.serving and score in self.next)


@dataclass(frozen=True, slots=True)
class IndexVersion:
    """One build. Times are seconds since the epoch; `recipe` and `floor` are None where nobody wrote them down.

    `usual` is what a lead in it is held against, once that was measured. `retired_at` says since when it neither
    answers nor is on its way to.
    """

    number: int = 1
    recipe: IndexRecipe | None = None
    began_at: float | None = None
    retired_at: float | None = None
    verdict: QualityGateResult | None = None
    floor: RelevanceFloor | None = None
    typical_margin: TypicalMargin | None = None
    config: models.CollectionConfig | None = field(default=None, compare=False, repr=False)

    @property
    def metadata(self) -> dict[str, Any]:
        """What its collection says of it."""
        told = {"number": self.number, **(asdict(self.recipe) if self.recipe else {})}
        more = {"began_at": self.began_at, "retired_at": self.retired_at}
        parts = {"verdict": self.verdict, "floor": self.floor, "usual": self.typical_margin}
        return {
            **told,
            **{name: value for name, value in more.items() if value is not None},
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
    """How far the next build is: `done` of the `total` documents that answer now answer in it as well as they do.

    `waits` says what it waits for: documents to be read, their meaning, the gate, or a person after the gate refused.
    """

    serving_version: IndexVersion
    next_version: IndexVersion
    ready_documents: int
    total_documents: int
    unread_paths: tuple[str, ...] = ()

    @property
    def waiting_for(self) -> str:
        """What must come first: "documents", "meaning", "gate" or "refused"."""
        if self.next_version.verdict and not self.next_version.verdict.passed:
            return "refused"
        if self.unread_paths:
            return "documents"
        return "meaning" if self.ready_documents < self.total_documents else "gate"


@dataclass(frozen=True, slots=True)
class ServedDocuments:
    """The documents of whichever build answers now, as its ledger tells of them."""

    index_versions: IndexVersions

    def list_served_documents(self, audience: Audience) -> dict[str, Document]:
        """Every document that `audience` may know of, by path: a name is private too."""
        return _filter_by_audience(audience, self.index_versions.open_serving_ledger().list_documents())

    def get_served_documents(self, paths: Collection[str], audience: Audience) -> dict[str, Document]:
        """Those of the documents at `paths` that are known, and that `audience` may know of."""
        return _filter_by_audience(audience, self.index_versions.open_serving_ledger().get_documents(paths))

    def list_failed_documents(self) -> dict[str, Document]:
        """Every document that could not be read, whoever may know of it: for admins, who must mend it."""
        return {
            path: one
            for path, one in self.index_versions.open_serving_ledger().list_documents().items()
            if one.state is DocumentState.FAILED
        }

    def list_requirements(self) -> frozenset[str]:
        """What folders require of readers: the names and ids that passages carry, and no more of them."""
        return self.index_versions.list_served_requirements()


def _filter_by_audience(audience: Audience, documents: Mapping[str, Document]) -> dict[str, Document]:
    return {path: one for path, one in documents.items() if audience.may_know(one.audience)}


class IndexVersions:
    """The builds among the collections that begin with `prefix`. The worker makes and switches; the bot looks."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self.alias = f"{prefix}_serving"

    # -- asked by both ---------------------------------------------------------------------------------------

    def get_serving_version(self) -> IndexVersion | None:
        """The build that answers; None before the first. One call to Qdrant.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        info = get_collection_info(self._client, self.alias)
        if info:
            return _version_from_collection(1, info)
        # An index from before there were builds is taken over by the worker at its next start. One that was replaced
        # is not: nobody keeps true for whom its passages are.
        first = get_collection_info(self._client, IndexVersion().passages_collection(self._prefix))
        index_version = _version_from_collection(1, first) if first else None
        return index_version if index_version and index_version.retired_at is None else None

    def list_index_versions(self) -> list[IndexVersion]:
        """Every build, by number.

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
        """Every requirement that a passage of the build that answers carries.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = self.get_serving_version()
        if index_version is None:
            return frozenset()
        return frozenset(
            count_field_values(
                self._client, index_version.passages_collection(self._prefix), "metadata.audience", _REQUIREMENTS_LIMIT
            )
        )

    def open_serving_ledger(self) -> DocumentLedger:
        """The ledger of the build that answers."""
        return DocumentLedger(self._client, self._prefix, (self.get_serving_version() or IndexVersion()).number)

    def fetch_rollout_state(self) -> RolloutState | None:
        """How far the next build is, where one is on its way."""
        serving = self.get_serving_version()
        others = [build for build in self.list_index_versions() if serving and build.number != serving.number]
        coming = max((build for build in others if build.retired_at is None), key=lambda b: b.number, default=None)
        if serving is None or coming is None:
            return None
        ours, theirs = (
            DocumentLedger(self._client, self._prefix, build.number).list_documents() for build in (serving, coming)
        )
        return compute_rollout_state(serving, coming, ours, theirs)

    def list_retired_versions(self) -> list[IndexVersion]:
        """The builds that were replaced, or given up, and are not dropped yet."""
        return [build for build in self.list_index_versions() if build.retired_at is not None]

    def _number_from_collection(self, name: str) -> int | None:
        found = re.fullmatch(
            re.escape(IndexVersion().passages_collection(self._prefix)) + r"(?:_([2-9]|[1-9]\d+))?", name
        )
        return int(found[1] or 1) if found else None

    # -- done by the worker ----------------------------------------------------------------------------------

    def has_serving_alias(self) -> bool:
        """Whether the alias is there."""
        return get_collection_info(self._client, self.alias) is not None

    def activate_index_version(self, index_version: IndexVersion) -> None:
        """Let `build` answer from now on, in one step. Safe to repeat."""
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
        """Write down what has changed about a build; None takes something back."""
        changed = replace(index_version, **changes)
        # Qdrant merges metadata, and drops a key that is null.
        blank = dict.fromkeys(("retired_at", "verdict", "usual"))
        with translate_qdrant_errors():
            self._client.update_collection(
                index_version.passages_collection(self._prefix), metadata={**blank, **changed.metadata}
            )
        return changed

    def delete_index_version(self, index_version: IndexVersion) -> None:
        """Drop a build: its ledger first, so that one is never found without its passages. Safe to repeat."""
        with translate_qdrant_errors():
            self._client.delete_collection(index_version.ledger_collection(self._prefix))
            self._client.delete_collection(index_version.passages_collection(self._prefix))


def compute_rollout_state(
    serving: IndexVersion,
    coming: IndexVersion,
    serving_documents: Mapping[str, Document],
    coming_documents: Mapping[str, Document],
) -> RolloutState:
    """How far the build `coming` is, by the ledgers of the two. Pure."""
    answering = {path: document for path, document in serving_documents.items() if document.state in SEARCHABLE_STATES}
    unread = sorted(
        path for path, document in answering.items() if not _is_processed(document, coming_documents.get(path))
    )
    strays = sorted(coming_documents.keys() - serving_documents.keys())  # what is forgotten must not come back
    done = sum(_is_equally_searchable(document, coming_documents.get(path)) for path, document in answering.items())
    return RolloutState(serving, coming, done, len(answering), (*unread, *strays))


def _is_processed(document: Document, other: Document | None) -> bool:
    """Whether the other build has come to a verdict on this content, for good, and for the same readers."""
    if other is None or other.sha256 != document.sha256 or other.audience != document.audience:
        return False
    return other.state in SEARCHABLE_STATES or (other.state is DocumentState.FAILED and other.retry_at is None)


def _is_equally_searchable(document: Document, other: Document | None) -> bool:
    if other is None or not _is_processed(document, other):
        return False
    return other.state is not DocumentState.WORDS or document.state is DocumentState.WORDS


def _version_from_collection(number: int, info: models.CollectionInfo) -> IndexVersion:
    told = info.config.metadata or {}
    known = {"pipeline", "words", "model"} <= told.keys()

    def parse_part(part_type: type[T], name: str) -> T | None:
        found = told.get(name)
        return parse_record(part_type, found, f"index version {number}", name) if found else None

    return IndexVersion(
        number=told.get("number", number),
        recipe=IndexRecipe(told["pipeline"], told["words"], told["model"]) if known else None,
        began_at=told.get("began_at"),
        retired_at=told.get("retired_at"),
        verdict=parse_part(QualityGateResult, "verdict"),
        floor=parse_part(RelevanceFloor, "floor"),
        typical_margin=parse_part(TypicalMargin, "usual"),
        config=info.config,
    )
