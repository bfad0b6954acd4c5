"""Runs the steps of an answer as LangChain Runnables, so that callbacks see each one by name."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import RunnableGenerator
from langchain_core.runnables.config import ensure_config, get_async_callback_manager_for_config

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk
    from langchain_core.runnables import RunnableConfig

    from bot.answering.prompt.builder import Prompt


@contextlib.asynccontextmanager
async def open_root_run(
    run_name: str, text: str, callbacks: Sequence[BaseCallbackHandler]
) -> AsyncIterator[tuple[RunnableConfig, dict[str, Any]]]:
    """Opens the run that all steps of a question belong to.

    Yields the config for the steps, and a dict for what the run returns.
    """
    manager = get_async_callback_manager_for_config(ensure_config({"callbacks": [*callbacks]}))
    root = await manager.on_chain_start(None, {"question": text}, name=run_name)
    outputs: dict[str, Any] = {}
    try:
        yield {"callbacks": root.get_child()}, outputs
    except BaseException as error:
        await root.on_chain_error(error)
        raise
    await root.on_chain_end(outputs)


class _OpenChunks:
    """The model's chunks without a way to close them: LangChain would close them a second time, and fail."""

    def __init__(self, chunks: AsyncIterator[AIMessageChunk]) -> None:
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[AIMessageChunk]:
        return self

    async def __anext__(self) -> AIMessageChunk:
        return await anext(self._chunks)


async def stream_model_text(
    stage: str,
    prompt: Prompt,
    model: BaseChatModel,
    read_chunk: Callable[[AIMessageChunk], str],
    config: RunnableConfig,
) -> AsyncGenerator[str, None]:
    """Streams the text that `read_chunk` returns for each chunk of the model.

    The runs are `<stage>_prompt`, `<stage>_model` and `<stage>_parser`. Closing this stream also closes the model's:
    LangChain leaves that to the garbage collector.
    """

    async def parse(chunks: AsyncIterator[AIMessageChunk]) -> AsyncIterator[str]:
        async for chunk in chunks:
            yield read_chunk(chunk)
            await asyncio.sleep(0)  # many pieces may have come at once: other questions get their turn in between

    messages = await prompt.template.ainvoke(prompt.values, {**config, "run_name": f"{stage}_prompt"})
    chunks = cast("AsyncGenerator[AIMessageChunk]", model.astream(messages, {**config, "run_name": f"{stage}_model"}))
    parser = RunnableGenerator(parse, name=f"{stage}_parser")
    words = cast("AsyncGenerator[str]", parser.atransform(_OpenChunks(chunks), config))
    async with contextlib.aclosing(chunks), contextlib.aclosing(words):
        async for piece in words:
            yield piece
