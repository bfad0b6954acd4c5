"""Builds of the index: which there are, which one answers, and how another takes its place. Knows no folder.

A build is a collection of passages with a ledger of its own; what is known of it stands in its collection's metadata.
An alias names the build that answers. Whoever asks resolves it once a question and keeps to that build: the next may
take its place at any moment, and the one before is dropped only hours later.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from knowledge.core.documents import SEARCHABLE, Document, State
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.calibration import Usual
from knowledge.storage.client import described, guarded, tally
from knowledge.storage.collection import documents_of_prefix, passages_of_prefix
from knowledge.storage.document_ledger import Ledger
from knowledge.storage.relevance_floor import Floor
from knowledge.storage.repository import known_to

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from qdrant_client import QdrantClient, models

    from knowledge.core.access import Audience

_REQUIREMENTS = 100_000  # names of channels and people that folders may bear
WATCHED = ("hit@5", "mrr@10")  # the scores by which a build is held against another


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index is made with: how files are read and split, how words are told apart, which model gives meaning.

    Where only the reading is the same, another index can be made from the text that this one holds.
    """

    pipeline: str
    words: str
    model: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate said: the scores of the build that answers and of the next, on the questions of one file.

    `questions` is the hash of that file: another file is another question.
    """

    passed: bool
    questions: str
    serving: Mapping[str, float]
    next: Mapping[str, float]

    @property
    def watched(self) -> tuple[str, ...]:
        """The scores that decide, as far as both builds have them."""
        return tuple(score for score in WATCHED if score in self.serving and score in self.next)


@dataclass(frozen=True, slots=True)
class Build:
    """One build. Times are seconds since the epoch; `recipe` and `floor` are None where nobody wrote them down.

    `usual` is what a lead in it is held against, once that was measured. `retired_at` says since when it neither
    answers nor is on its way to.
    """

    number: int = 1
    recipe: Recipe | None = None
    began_at: float | None = None
    retired_at: float | None = None
    verdict: Verdict | None = None
    floor: Floor | None = None
    usual: Usual | None = None
    config: models.CollectionConfig | None = field(default=None, compare=False, repr=False)

    @property
    def metadata(self) -> dict[str, Any]:
        """What its collection says of it."""
        told = {"number": self.number, **(asdict(self.recipe) if self.recipe else {})}
        more = {"began_at": self.began_at, "retired_at": self.retired_at}
        parts = {"verdict": self.verdict, "floor": self.floor, "usual": self.usual}
        return {
            **told,
            **{name: value for name, value in more.items() if value is not None},
            **{name: asdict(part) for name, part in parts.items() if part},
        }

    def passages(self, prefix: str) -> str:
        """The name of its collection of passages."""
        return passages_of_prefix(prefix, self.number)

    def documents(self, prefix: str) -> str:
        """The name of its ledger's collection."""
        return documents_of_prefix(prefix, self.number)


@dataclass(frozen=True, slots=True)
class Switch:
    """How far the next build is: `done` of the `total` documents that answer now answer in it as well as they do.

    `waits` says what it waits for: documents to be read, their meaning, the gate, or a person after the gate refused.
    """

    serving: Build
    next: Build
    done: int
    total: int
    unread: tuple[str, ...] = ()

    @property
    def waits(self) -> str:
        """What must come first: "documents", "meaning", "gate" or "refused"."""
        if self.next.verdict and not self.next.verdict.passed:
            return "refused"
        if self.unread:
            return "documents"
        return "meaning" if self.done < self.total else "gate"


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of whichever build answers now, as its ledger tells of them."""

    builds: Builds

    def all(self, audience: Audience) -> dict[str, Document]:
        """Every document that `audience` may know of, by path: a name is private too."""
        return _known_to(audience, self.builds.ledger().all())

    def some(self, paths: Collection[str], audience: Audience) -> dict[str, Document]:
        """Those of the documents at `paths` that are known, and that `audience` may know of."""
        return _known_to(audience, self.builds.ledger().some(paths))

    def failed(self) -> dict[str, Document]:
        """Every document that could not be read, whoever may know of it: for admins, who must mend it."""
        return {path: one for path, one in self.builds.ledger().all().items() if one.state is State.FAILED}

    def requirements(self) -> frozenset[str]:
        """What folders require of readers: the names and ids that passages carry, and no more of them."""
        return self.builds.requirements()


def _known_to(audience: Audience, documents: Mapping[str, Document]) -> dict[str, Document]:
    return {path: one for path, one in documents.items() if audience.may_know(one.audience)}


class Builds:
    """The builds among the collections that begin with `prefix`. The worker makes and switches; the bot looks."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self.alias = f"{prefix}_serving"

    # -- asked by both ---------------------------------------------------------------------------------------

    def serving(self) -> Build | None:
        """The build that answers; None before the first. One call to Qdrant.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        info = described(self._client, self.alias)
        if info:
            return _build(1, info)
        # An index from before there were builds is taken over by the worker at its next start. One that was replaced
        # is not: nobody keeps true for whom its passages are.
        first = described(self._client, Build().passages(self._prefix))
        build = _build(1, first) if first else None
        return build if build and build.retired_at is None else None

    def all(self) -> list[Build]:
        """Every build, by number.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        with guarded():
            names = [collection.name for collection in self._client.get_collections().collections]
        numbers = sorted(number for name in names if (number := self._number(name)))
        infos = ((number, described(self._client, Build(number).passages(self._prefix))) for number in numbers)
        return [_build(number, info) for number, info in infos if info]

    def requirements(self) -> frozenset[str]:
        """Every requirement that a passage of the build that answers carries.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        build = self.serving()
        if build is None:
            return frozenset()
        return frozenset(tally(self._client, build.passages(self._prefix), "metadata.audience", _REQUIREMENTS))

    def ledger(self) -> Ledger:
        """The ledger of the build that answers."""
        return Ledger(self._client, self._prefix, (self.serving() or Build()).number)

    def switch(self) -> Switch | None:
        """How far the next build is, where one is on its way."""
        serving = self.serving()
        others = [build for build in self.all() if serving and build.number != serving.number]
        coming = max((build for build in others if build.retired_at is None), key=lambda b: b.number, default=None)
        if serving is None or coming is None:
            return None
        ours, theirs = (Ledger(self._client, self._prefix, build.number).all() for build in (serving, coming))
        return switch_between(serving, coming, ours, theirs)

    def kept(self) -> list[Build]:
        """The builds that were replaced, or given up, and are not dropped yet."""
        return [build for build in self.all() if build.retired_at is not None]

    def _number(self, name: str) -> int | None:
        found = re.fullmatch(re.escape(Build().passages(self._prefix)) + r"(?:_([2-9]|[1-9]\d+))?", name)
        return int(found[1] or 1) if found else None

    # -- done by the worker ----------------------------------------------------------------------------------

    def serves_by_alias(self) -> bool:
        """Whether the alias is there."""
        return described(self._client, self.alias) is not None

    def serve(self, build: Build) -> None:
        """Let `build` answer from now on, in one step. Safe to repeat."""
        from qdrant_client import models

        to = models.CreateAlias(collection_name=build.passages(self._prefix), alias_name=self.alias)
        steps: list[models.AliasOperations] = [models.CreateAliasOperation(create_alias=to)]
        if self.serves_by_alias():
            gone = models.DeleteAlias(alias_name=self.alias)
            steps.insert(0, models.DeleteAliasOperation(delete_alias=gone))
        with guarded():
            self._client.update_collection_aliases(steps)
        now = self.serving()
        if now is None or now.number != build.number:
            raise IndexUnavailable("Qdrant has not switched the alias: it is tried again.")

    def note(self, build: Build, **changes: Any) -> Build:
        """Write down what has changed about a build; None takes something back."""
        changed = replace(build, **changes)
        # Qdrant merges metadata, and drops a key that is null.
        blank = dict.fromkeys(("retired_at", "verdict", "usual"))
        with guarded():
            self._client.update_collection(build.passages(self._prefix), metadata={**blank, **changed.metadata})
        return changed

    def drop(self, build: Build) -> None:
        """Drop a build: its ledger first, so that one is never found without its passages. Safe to repeat."""
        with guarded():
            self._client.delete_collection(build.documents(self._prefix))
            self._client.delete_collection(build.passages(self._prefix))


def switch_between(
    serving: Build, coming: Build, ours: Mapping[str, Document], theirs: Mapping[str, Document]
) -> Switch:
    """How far the build `coming` is, by the ledgers of the two. Pure."""
    answering = {path: document for path, document in ours.items() if document.state in SEARCHABLE}
    unread = sorted(path for path, document in answering.items() if not _is_read(document, theirs.get(path)))
    strays = sorted(theirs.keys() - ours.keys())  # what is forgotten must not come back
    done = sum(_is_as_good(document, theirs.get(path)) for path, document in answering.items())
    return Switch(serving, coming, done, len(answering), (*unread, *strays))


def _is_read(document: Document, other: Document | None) -> bool:
    """Whether the other build has come to a verdict on this content, for good, and for the same readers."""
    if other is None or other.sha256 != document.sha256 or other.audience != document.audience:
        return False
    return other.state in SEARCHABLE or (other.state is State.FAILED and other.retry_at is None)


def _is_as_good(document: Document, other: Document | None) -> bool:
    if other is None or not _is_read(document, other):
        return False
    return other.state is not State.WORDS or document.state is State.WORDS


def _build(number: int, info: models.CollectionInfo) -> Build:
    told = info.config.metadata or {}
    known = {"pipeline", "words", "model"} <= told.keys()
    verdict, floor, usual = told.get("verdict"), told.get("floor"), told.get("usual")
    return Build(
        number=told.get("number", number),
        recipe=Recipe(told["pipeline"], told["words"], told["model"]) if known else None,
        began_at=told.get("began_at"),
        retired_at=told.get("retired_at"),
        verdict=Verdict(**known_to(Verdict, verdict)) if verdict else None,
        floor=Floor(**known_to(Floor, floor)) if floor else None,
        usual=Usual(**known_to(Usual, usual)) if usual else None,
        config=info.config,
    )
