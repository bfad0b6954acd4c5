"""The state of a running stand-in for Ollama: its calls, and what a test may change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from tests.doubles.ollama_script import Script, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ConfigDict

MODELS = ("mixtral", "bge-m3")
_EMBEDDER = re.compile(r"bge|embed|minilm|\be5\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong until `Ollama.faults` is set again; durations in seconds, counts in pieces of an answer.

    Attributes:
        missing: models that are not there, though `Ollama.models` names them.
        status: answer every call that needs a model with this HTTP status.
        only: a regular expression for the paths that `status` spoils; empty for all.
        loading: loading a model that is not in memory takes so long.
        context: the tokens that the models were trained on: no context is larger.
        first_token: wait so long before the first piece, or before the vectors.
        between_tokens: wait so long between pieces.
        cut_after: close the connection after so many pieces.
        stall_after: fall silent after so many pieces, without closing.
        error_after: send an error line after so many pieces; before the first one it is a plain 500.
        vectors: what the embedding model returns.
        bad_text: a text that holds this fails its whole batch with 400.
    """

    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    missing: tuple[str, ...] = ()
    status: int | None = None
    only: str = ""
    loading: float = 0.0
    context: int | None = None
    first_token: float = 0.0
    between_tokens: float = 0.0
    cut_after: int | None = None
    stall_after: int | None = None
    error_after: int | None = None
    vectors: Literal["good", "nan", "zero"] = "good"
    bad_text: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One call that the double received."""

    path: str
    body: Mapping[str, object]


@dataclass(slots=True)
class Spoken:
    """What the model was asked last in a chat, and when it came, began and ended; in seconds of the monotonic clock."""

    question: str
    asked: float
    first: float = 0.0
    last: float = 0.0


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: the context that it has, and when it leaves, in seconds of the monotonic clock."""

    context: int
    until: float


@dataclass(slots=True)
class Ollama:
    """A double that runs; `hung_up` counts the callers who closed before their answer was complete."""

    models: tuple[str, ...] = MODELS
    script: Script = quote
    dimension: int = 64
    faults: Faults = field(default_factory=Faults)
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    hung_up: int = 0
    loaded: dict[str, LoadedModel] = field(default_factory=dict)

    def bodies(self, path: str) -> list[Mapping[str, object]]:
        """What was sent to `path`, oldest first."""
        return [request.body for request in self.requests if request.path == path]

    @property
    def present(self) -> list[str]:
        """The models that are there, each with its tag."""
        missing = {tagged(name) for name in self.faults.missing}
        return [name for name in map(tagged, self.models) if name not in missing]


def tagged(model: str) -> str:
    """The full name of a model: without a tag it means the latest."""
    return model if ":" in model else f"{model}:latest"


def embeds(model: str) -> bool:
    """Whether the model's name is that of an embedding model, which cannot chat."""
    return _EMBEDDER.search(model) is not None
