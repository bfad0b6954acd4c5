"""Renders documents for `/docs` and Home: a line for each, a count for each state, a list narrowed by words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_context_block,
    build_section_block,
    format_datetime,
    pack_lines,
    shorten_path,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from knowledge.core.access import Audience
from knowledge.core.documents import TITLE_SEPARATOR, Document, DocumentState, Member
from knowledge.core.failures import Failure, count_unsupported, is_unsupported, leave_out_inner_names
from knowledge.core.text import fold_word
from knowledge.storage.index_versions import ServedDocuments

_MARKS = {DocumentState.READING: "◌", DocumentState.WORDS: "◐", DocumentState.MEANING: "●", DocumentState.FAILED: "✕"}
_TITLE_LENGTH = 100
_PATH_LENGTH = 100
_FAILURE_LENGTH = 300
_MAX_BLOCKS = 40
_MAX_CHARACTERS = 11_500  # of the 13,200 characters that all blocks of a message may hold
_MAX_MEMBERS = 10  # of each document
_BELOW = "\N{EM SPACE}"
_STATE_ORDER = {DocumentState.FAILED: 0, DocumentState.READING: 1, DocumentState.WORDS: 2, DocumentState.MEANING: 2}


def render_state_counts(documents: Iterable[Document], texts: InterfaceTexts) -> str:
    """Renders how many documents are in each state."""
    counted = Counter(document.state for document in documents)
    return " · ".join(f"{get_state_name(state, texts)} ({counted[state]})" for state in DocumentState if counted[state])


def get_state_name(state: DocumentState, texts: InterfaceTexts) -> str:
    """The name of a state."""
    match state:
        case DocumentState.READING:
            return texts.reading
        case DocumentState.WORDS:
            return texts.words
        case DocumentState.MEANING:
            return texts.meaning
        case DocumentState.FAILED:
            return texts.failure


def render_document_line(document: Document, links: DocumentLinks, texts: InterfaceTexts) -> str:
    """Renders a document's title, state and pages."""
    title = links.format_document_link(shorten_text(document.title or document.path, _TITLE_LENGTH), document.path)
    details = (get_state_name(document.state, texts), *_render_pages_read(document, texts))
    return f"{_MARKS[document.state]} {title} — {' · '.join(details)}"


def render_failed_document(document: Document, links: DocumentLinks, texts: InterfaceTexts) -> str:
    """Renders a document that could not be read, and why."""
    shown = links.format_document_link(shorten_path(document.path, _PATH_LENGTH), document.path)
    return f"• {append_failure(shown, document.path, document.failure, texts)}"


def render_failed_members(document: Document, links: DocumentLinks, texts: InterfaceTexts) -> list[str]:
    """Renders each file inside a document that could not be read, and why."""
    failed = [member for member in document.members if member.failure]
    return [f"• {_render_member(member, document, links, texts)}" for member in failed]


def _render_member(member: Member, document: Document, links: DocumentLinks, texts: InterfaceTexts) -> str:
    name = f"{shorten_path(document.path, _PATH_LENGTH)}{TITLE_SEPARATOR}{shorten_text(member.name, _TITLE_LENGTH)}"
    shown = links.format_document_link(name, document.path)
    if member.failure:
        return append_failure(shown, member.name.rpartition(TITLE_SEPARATOR)[2], member.failure, texts)
    pages = [texts.pages.format(pages=member.pages)] if member.pages else []
    return f"{shown} — {' · '.join([*pages, texts.passages.format(passages=member.passages)])}"


def render_unsupported(failures: Iterable[Failure | None], texts: InterfaceTexts) -> list[str]:
    """Renders how many files there are of each format that no reader knows, on one line; no line if there are none."""
    counts = count_unsupported(failures)
    kinds = ", ".join(f"{escape_label(shorten_text(suffix, 20)) or '—'} ({count})" for suffix, count in counts.items())
    return [f"• {texts.unsupported.format(kinds=shorten_text(kinds, _FAILURE_LENGTH))}"] if counts else []


def append_failure(shown: str, path: str, failure: Failure | None, texts: InterfaceTexts) -> str:
    """A file and why it could not be read; a sentence that begins with the file's name loses that name."""
    name = path.rpartition("/")[2]
    sentence = texts.failures.write_failure(failure) if failure else ""
    rest = sentence.removeprefix(f"{name} ")
    return f"{shown}{' ' if rest != sentence else ' — '}{escape_label(shorten_text(rest, _FAILURE_LENGTH))}"


def render_document_details(
    document: Document, links: DocumentLinks, texts: InterfaceTexts, *, told: DocumentState | None, admin: bool = False
) -> str:
    """Renders the facts of a document on one line; a state that is `told` above the list only with its reason.

    Administrators also see how much text is hidden.
    """
    path = links.format_document_link(shorten_path(document.path, _PATH_LENGTH), document.path)
    title = escape_label(shorten_text(document.title, _TITLE_LENGTH))
    name = f"{title} ({path})" if title and document.title != document.path else path
    facts = [
        *([get_state_name(document.state, texts)] if document.state is not told or document.failure else ()),
        *([_render_failure(document.failure, texts)] if document.failure else ()),
        *_render_pages_read(document, texts),
    ]
    if document.passages:
        facts.append(texts.passages.format(passages=document.passages))
    if admin and document.hidden:
        facts.append(texts.hidden.format(places=document.hidden))
    if document.changed_at:
        facts.append(texts.changed.format(moment=format_datetime(document.changed_at)))
    return f"{_MARKS[document.state]} {name}{' — ' if facts else ''}{' · '.join(facts)}"


def _render_pages_read(document: Document, texts: InterfaceTexts) -> list[str]:
    if not document.pages:
        return []
    if document.state is DocumentState.READING:
        return [texts.pages_so_far.format(read=document.pages_read, pages=document.pages)]
    return [texts.pages.format(pages=document.pages)]


def _render_failure(failure: Failure, texts: InterfaceTexts) -> str:
    return escape_label(shorten_text(texts.failures.write_failure(failure), _FAILURE_LENGTH))


def render_document_list(
    documents: Iterable[Document], words: str, links: DocumentLinks, texts: InterfaceTexts, *, admin: bool = False
) -> list[Block]:
    """Renders the documents whose title or path holds all words, failed ones first."""
    known = list(documents)
    if not known:
        return [build_section_block(texts.home_no_documents)]
    shown = escape_label(shorten_text(words, 100))
    found = filter_documents(known, words)
    if not found:
        return [build_section_block(texts.docs_none.format(words=shown, total=len(known)))]
    found_line = texts.docs_found.format(words=shown, count=len(found), total=len(known))
    title = found_line if shown else texts.home_documents.format(total=len(known))
    readable = Counter(one.state for one in found if one.state in (DocumentState.WORDS, DocumentState.MEANING))
    usual = max(readable, key=lambda state: readable[state], default=None)
    lines = [
        line
        for document in found
        if not is_unsupported(document.failure)
        for line in (
            render_document_details(document, links, texts, told=usual, admin=admin),
            *_render_members(document, words, links, texts),
        )
    ]
    lines += render_unsupported((document.failure for document in found), texts)
    head = [build_section_block(f"*{title}*"), build_context_block(render_state_counts(found, texts))]
    return [*head, *pack_lines(lines, texts.docs_more, _MAX_BLOCKS, _MAX_CHARACTERS)]


def _render_members(document: Document, words: str, links: DocumentLinks, texts: InterfaceTexts) -> Iterator[str]:
    """Renders the first files inside a document that hold the words, where its own name does not; failed ones first."""
    wanted = [] if _is_named_by(document, fold_word(words).split()) else fold_word(words).split()
    found = [member for member in document.members if _contains_all_words(fold_word(member.name), wanted)]
    found.sort(key=lambda member: member.failure is None)
    for member in found[:_MAX_MEMBERS]:
        yield f"{_BELOW}{'✕' if member.failure else '•'} {_render_member(member, document, links, texts)}"
    if left := len(found[_MAX_MEMBERS:]):
        yield _BELOW + texts.docs_more.format(n=left)


def list_known_documents(served_documents: ServedDocuments, audience: Audience, *, admin: bool) -> dict[str, Document]:
    """Lists the documents that a person may know of; an administrator also gets each failed one, by its path."""
    known = served_documents.list_served_documents(audience)
    if not admin:
        return known
    failed = served_documents.list_failed_documents()
    return {**{path: _leave_out_names(one) for path, one in failed.items()}, **known}


def _leave_out_names(document: Document) -> Document:
    """A document for who may not read it: neither its title nor a name of anything inside it."""
    failure = document.failure and leave_out_inner_names(document.failure)
    return replace(document, title="", members=(), failure=failure)


def filter_documents(documents: Iterable[Document], words: str) -> list[Document]:
    """Filters documents by words in title or path, or in a member's name, and sorts them."""
    wanted = fold_word(words).split()
    found = [
        document
        for document in documents
        if _is_named_by(document, wanted)
        or any(_contains_all_words(fold_word(member.name), wanted) for member in document.members)
    ]
    return sorted(found, key=lambda document: (_STATE_ORDER[document.state], document.path))


def _is_named_by(document: Document, wanted: list[str]) -> bool:
    return not wanted or _contains_all_words(fold_word(f"{document.title}\n{document.path}"), wanted)


def _contains_all_words(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)
