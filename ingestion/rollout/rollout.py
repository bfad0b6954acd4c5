"""Decides which builds of the index the worker fills: the one that answers, and the one that is to take its place.

A build whose reading, words or embedding model are not those of today goes on answering, and follows the folder, until
another is as complete as it is. What is known of the builds is read from Qdrant: a worker that is killed between two
steps takes the next one where it finds them.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.embedding.backfill import Enricher
from ingestion.readers.chunking import PIPELINE
from ingestion.rollout.quality_gate import Gate
from ingestion.rollout.reuse import Elder
from ingestion.sync.reconciler import Worker
from knowledge.core.lexical import WORDS
from knowledge.embeddings.embedding_model import Meaning
from knowledge.retrieval.search import Search
from knowledge.storage.document_ledger import Ledger
from knowledge.storage.folder_problems import Troubles
from knowledge.storage.index_versions import Build, Builds, Recipe, Switch, switch_between
from knowledge.storage.passage_writer import Index
from knowledge.storage.relevance_floor import FLOOR

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from qdrant_client import QdrantClient

    from ingestion.parsing.pool import Hands
    from ingestion.settings import IngestionSettings
    from ingestion.sync.reconciler import Permits

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Lane:
    """A build and who fills it. `settled`: it equals the folder; `enriched`: no passage waits for a vector.

    `tried`: it was held against the one that answers, and waits for something.
    """

    build: Build
    index: Index
    worker: Worker
    enricher: Enricher
    settled: bool = False
    enriched: bool = False
    tried: bool = False

    def look_again(self) -> None:
        """The folder may have changed: follow it."""
        self.settled = self.tried = False


class Lanes:
    """The builds that are filled now. `review` must be called before anything else, and again from time to time."""

    def __init__(
        self,
        settings: IngestionSettings,
        client: QdrantClient,
        hands: Hands,
        stop: threading.Event,
        *,
        deletions: Permits | None = None,
        trust_seconds: float = 0,
        clock: Callable[[], float] = time.time,
        recipe: Recipe | None = None,
        prefix: str | None = None,
    ) -> None:
        self._settings = settings
        self._client = client
        self._hands = hands
        self._stop = stop
        self._deletions = deletions
        self._trust_seconds = trust_seconds
        self._clock = clock
        self._prefix = prefix or settings.collection
        self._target = recipe or Recipe(PIPELINE, WORDS, settings.embedding_model)
        self._builds = Builds(client, self._prefix)
        self._meaning = Meaning(settings)
        search = Search(client, self._prefix, self._meaning)
        self._gate = Gate(settings.switch_gate, search) if settings.switch_gate else None
        self.serving = self._lane(Build(1, self._target))
        self.coming: Lane | None = None
        self._has_served = False  # an index of this worker's own settings
        self._yields = False

    # -- which builds there are ------------------------------------------------------------------------------

    def review(self) -> None:
        """See which build answers, which is to be the next, and drop those that were kept for long enough.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        builds = self._builds.all()
        serving = self._serving(builds)
        self._see_who_answers(serving)
        in_place = self._yields or serving.recipe == self._target
        coming = None if in_place else self._coming(serving, builds)
        if self.serving.build != serving:
            self.serving = self._lane(serving)
            self.coming = None
        if coming is None:
            self.coming = None
        elif self.coming is None or self.coming.build != coming:
            self.coming = self._lane(coming, self.serving)
        if not self._yields:
            used = {serving.number, coming and coming.number}
            self._clear_away(build for build in builds if build.number not in used)

    def _see_who_answers(self, serving: Build) -> None:
        """Give way to another worker with other settings: else both would switch back and forth for ever.

        An index of this worker's settings answered, and now one of other settings does: this worker did not do that.
        """
        if serving.recipe == self._target:
            self._has_served, self._yields = True, False
        elif self._has_served and not self._yields:
            self._yields = True
            log.warning(
                "another worker with other settings has made its index answer (build=%d model=%s): this one keeps that "
                "index in order and makes no other. Give both the same EMBEDDING_MODEL and version, and stop one.",
                serving.number,
                serving.recipe.model if serving.recipe else "unknown",
            )

    def _serving(self, builds: list[Build]) -> Build:
        """The build that answers; made, taken over from before there were builds, or given its alias back."""
        in_use = [build for build in builds if build.retired_at is None] or builds
        serving = self._builds.serving() or (in_use[-1] if in_use else None)
        if serving is None:
            serving = Build(1, self._target, self._clock(), floor=FLOOR)
            self._index(serving).prepare()
        if serving.recipe is None:
            serving = self._builds.note(serving, recipe=self._recipe_of(serving), began_at=self._clock())
        if serving.floor is None or (serving.recipe == self._target and serving.floor != FLOOR):
            serving = self._builds.note(serving, floor=FLOOR)
        if serving.retired_at is not None:  # killed between the switch and writing this down
            serving = self._builds.note(serving, retired_at=None)
        if not self._builds.serves_by_alias():
            self._builds.serve(serving)
        return serving

    def _recipe_of(self, build: Build) -> Recipe:
        """What an index from before there were builds was made with, by what its documents say."""
        documents = Ledger(self._client, self._prefix, build.number).all().values()
        pipelines = Counter(document.pipeline for document in documents if document.pipeline)
        models = Counter(document.embedding_model for document in documents if document.embedding_model)
        pipeline = max(pipelines, key=pipelines.__getitem__, default=self._target.pipeline)
        model = max(models, key=models.__getitem__, default=self._target.model)
        log.info("an index from before is taken over: pipeline=%s documents=%d", pipeline, len(documents))
        return Recipe(pipeline, _FIRST_WORDS, model)

    def _coming(self, serving: Build, builds: list[Build]) -> Build:
        """The build that is on its way, or was kept; else a new one."""
        fitting = [build for build in builds if build.recipe == self._target and build.number != serving.number]
        if not fitting:
            number = max(build.number for build in [serving, *builds]) + 1
            coming = Build(number, self._target, self._clock(), floor=FLOOR)
            self._index(coming).prepare()
            log.info("another index is made beside the one that answers: build=%d", number)
            return coming
        coming = fitting[-1]
        if coming.retired_at is not None:
            return self._builds.note(coming, retired_at=None, verdict=None, began_at=self._clock())
        if coming.verdict and (self._gate is None or self._gate.questions != coming.verdict.questions):
            return self._builds.note(coming, verdict=None)
        return coming

    def _clear_away(self, others: Iterable[Build]) -> None:
        for build in others:
            now = self._clock()
            since = build.retired_at
            if since is None:
                since = now
                self._builds.note(build, retired_at=now)
            if now - since >= self._settings.keep_old_index_hours * 3600:
                self._builds.drop(build)
                log.info("an index that was set aside is dropped: build=%d", build.number)

    def _index(self, build: Build, before: Index | None = None) -> Index:
        meaning = self._meaning.of(build.recipe.model) if build.recipe else self._meaning
        return Index(self._client, self._prefix, meaning, build, self._settings.layout, before)

    def _lane(self, build: Build, elder: Lane | None = None) -> Lane:
        recipe = build.recipe or self._target
        index = self._index(build, elder.index if elder else None)
        before = None
        if elder and elder.build.recipe:
            before = Elder(elder.index, elder.worker.books, elder.build.recipe.pipeline == recipe.pipeline)
        worker = Worker(
            self._settings.documents_dir,
            index,
            Ledger(self._client, self._prefix, build.number),
            self._hands,
            self._stop,
            self._clock,
            deletions=before or self._deletions,
            trust_seconds=self._trust_seconds,
            pipeline=recipe.pipeline,
            elder=before,
            troubles=None if before else Troubles(self._client, self._prefix),
        )
        return Lane(build, index, worker, Enricher(index, worker.books, self._meaning.of(recipe.model)))

    def enrich(
        self, lane: Lane, pause: Callable[[], bool] = lambda: False, step: Callable[[int], object] | None = None
    ) -> None:
        """Give a build's passages their meaning, until `pause` says so; then note what leads are usual in it.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not lane.enricher.run(stop=lambda: self._stop.is_set() or pause(), step=step):
            return
        usual = lane.index.usual_lead(lane.build.usual)
        if usual != lane.build.usual:
            lane.build = self._builds.note(lane.build, usual=usual)
        lane.enriched = True

    # -- the next build --------------------------------------------------------------------------------------

    def advance(self, pause: Callable[[], bool], step: Callable[[int], object] | None = None) -> bool:
        """Bring the next build a little further, until `pause` says so; switch to it once it is ready.

        True if there is more to do now; False where there is no such build, or it waits for something.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        lane = self.coming
        if lane is None or lane.tried or (lane.build.verdict and not lane.build.verdict.passed):
            return False
        if not lane.settled:
            summary = lane.worker.run_pass(pause=pause, quiet_seconds=self._settings.quiet_seconds)
            lane.settled, lane.enriched = not summary.left, False
            return True
        if not lane.enriched:
            self.enrich(lane, pause, step)
            return not lane.enricher.trouble
        lane.tried = True
        return self._take_over(lane)

    def standing(self) -> Switch | None:
        """How far the next build is, by the books in memory."""
        if self.coming is None:
            return None
        ours, theirs = self.serving.worker.books.all(), self.coming.worker.books.all()
        return switch_between(self.serving.build, self.coming.build, ours, theirs)

    def _take_over(self, lane: Lane) -> bool:
        """Let the next build answer, if it is ready and the gate lets it through; whether there is more to do."""
        if not self._is_ready():
            return False
        if not self._still_equal(lane):
            lane.look_again()
            return True
        if not self._is_ready() or not self._may_pass(lane):
            return False
        # Nothing was written since both were held against the folder: the one knows what the other knows.
        self._builds.serve(lane.build)
        log.info("another index answers now: build=%d", lane.build.number)
        self.review()
        return True

    def _is_ready(self) -> bool:
        standing = self.standing()
        return standing is not None and standing.waits == "gate"

    def _still_equal(self, lane: Lane) -> bool:
        """Hold both builds against the folder anew; whether there was nothing to do."""
        for one in (self.serving, lane):
            one.worker.distrust()
            summary = one.worker.run_pass(quiet_seconds=self._settings.quiet_seconds)
            if summary.changed or self._stop.is_set():
                one.enriched = False
                return False
        return True

    def _may_pass(self, lane: Lane) -> bool:
        if self._gate is None:
            return True
        now = {build.number: build for build in self._builds.all()}  # with the vectors that they have by now
        verdict = self._gate.verdict(now[self.serving.build.number], now[lane.build.number])
        if verdict is None:
            return False  # the next look at the folder tries again
        lane.build = self._builds.note(lane.build, verdict=verdict)
        if not verdict.passed:
            log.warning(
                "the gate refuses the next index, the old one goes on answering: build=%d %s",
                lane.build.number,
                " ".join(
                    f"{name}={verdict.next[name]:.3f} was={verdict.serving[name]:.3f}" for name in verdict.watched
                ),
            )
        return verdict.passed


_FIRST_WORDS = "1"  # how words were told apart before that was written down
