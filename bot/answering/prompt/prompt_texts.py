"""Names the texts that the model reads; each file of `bot/answering/languages/` words them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder

if TYPE_CHECKING:
    from bot.answering.languages.answer_texts import AnswerTexts

NOT_FOUND = "NOT_FOUND"
# The same in every language: the numbers, the fences and the order of what the model reads.
PASSAGE = "[{n}] <passage {mark}>\n{place}\n{text}\n</passage {mark}>"
BARE_PROMPT = ChatPromptTemplate([("human", "{question}")])  # the model alone, without passages


@dataclass(frozen=True, slots=True)
class PromptTexts:
    """The texts in one language; braces name what is filled in.

    Stable text comes first and the question last, because Ollama reuses its work for a prompt's beginning.
    """

    system: str
    ask: str
    passages: str
    known: str
    condense_system: str
    condense: str
    condense_again: str
    said_since: str
    rewrite: str
    person: str
    page: str
    pages: str
    missing: str  # begins the line that says what is missing
    answer: AnswerTexts
    passage: str = PASSAGE
    bot: str = "Souffleur"

    @property
    def answer_prompt(self) -> ChatPromptTemplate:
        """Asks for an answer; its variables are `known`, `passages` and `question`."""
        return _build_chat_prompt(self.system, self.ask)

    @property
    def condense_prompt(self) -> ChatPromptTemplate:
        """Asks for a standalone question; its variables are `history` and `question`."""
        return _build_chat_prompt(self.condense_system, self.condense)

    @property
    def condense_again_prompt(self) -> ChatPromptTemplate:
        """Asks the same in a thread that the model has read; its variables are `since` and `question`."""
        return _build_chat_prompt(self.system, self.condense_again)

    @property
    def rewrite_prompt(self) -> ChatPromptTemplate:
        """Asks for other searches; its variable is `question`."""
        return _build_chat_prompt(self.system, self.rewrite)


@lru_cache
def _build_chat_prompt(system: str, human: str) -> ChatPromptTemplate:
    """Builds a template: the system message, `earlier` messages of the thread, the human message."""
    return ChatPromptTemplate([("system", system), MessagesPlaceholder("earlier", optional=True), ("human", human)])
