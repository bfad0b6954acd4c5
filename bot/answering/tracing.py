"""Traces of answers over OTLP, by the GenAI conventions of OpenTelemetry: names, counts and times, never content.

LangChain's callbacks tell when each step begins and ends. The packages are the extra `traces`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler

from knowledge import VERSION
from knowledge.core.failures import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from langchain_core.documents import Document
    from langchain_core.outputs import LLMResult
    from opentelemetry.trace import Span, Tracer


class SpanCallbacks(BaseCallbackHandler):
    """Makes a span of each step. Questions, passages and answers are handed in by LangChain, and left alone."""

    run_inline = True  # in order, on the thread of the step

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._spans: dict[UUID, Span] = {}

    def on_chain_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        """Begin a step's span."""
        self._begin_span(str(kwargs.get("name") or "step"), run_id, parent_run_id)

    def on_chat_model_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        """Begin a span of the chat model."""
        known = kwargs.get("metadata") or {}
        model = str(known.get("ls_model_name") or "")
        span = self._begin_span(f"chat {model}".strip(), run_id, parent_run_id)
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.provider.name", str(known.get("ls_provider") or ""))
        span.set_attribute("gen_ai.request.model", model)

    def on_retriever_start(self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        """Begin a span of the search."""
        self._begin_span(str(kwargs.get("name") or "retrieve"), run_id, parent_run_id)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        """End a step's span; that of a question says how it was answered."""
        state = outputs.get("state") if isinstance(outputs, dict) else None
        self._end_span(run_id, **({"souffleur.state": str(state)} if state else {}))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """End a span of the chat model, with the tokens that it read and wrote."""
        message = getattr(response.generations[0][0], "message", None) if response.generations else None
        usage = getattr(message, "usage_metadata", None) or {}
        named = {"gen_ai.usage.input_tokens": "input_tokens", "gen_ai.usage.output_tokens": "output_tokens"}
        self._end_span(run_id, **{name: usage[key] for name, key in named.items() if key in usage})

    def on_retriever_end(self, documents: Sequence[Document], *, run_id: UUID, **_: Any) -> None:
        """End a span of the search, with the number of passages."""
        self._end_span(run_id, **{"souffleur.passages": len(documents)})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """End a span that failed, with the name of the error: its sentence may quote a document."""
        self._end_span(run_id, **{"error.type": type(error).__name__})

    on_llm_error = on_chain_error
    on_retriever_error = on_chain_error

    def _begin_span(self, name: str, run_id: UUID, parent_run_id: UUID | None) -> Span:
        from opentelemetry.trace import set_span_in_context

        parent = self._spans.get(parent_run_id) if parent_run_id else None
        span = self._tracer.start_span(name, set_span_in_context(parent) if parent else None)
        self._spans[run_id] = span
        return span

    def _end_span(self, run_id: UUID, **attributes: str | int) -> None:
        if (span := self._spans.pop(run_id, None)) is not None:
            span.set_attributes(attributes)
            span.end()


def open_tracing(endpoint: str | None) -> list[BaseCallbackHandler]:
    """The callbacks that send traces to an OTLP endpoint; none where there is no endpoint.

    Raises:
        SettingsError: the packages are not installed.
    """
    if endpoint is None:
        return []
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but the packages for it are not installed: "
            "install souffleur[traces], or take the setting away."
        ) from None
    provider = TracerProvider(resource=Resource({"service.name": "souffleur", "service.version": VERSION}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    return [SpanCallbacks(provider.get_tracer("souffleur", VERSION))]
