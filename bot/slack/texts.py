"""Names every text that the Slack edge speaks. Leaves the words to `words_en` and `words_fr`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of the Slack edge, in one language. Braces name what is filled in.

    Those under "Statuses" follow the bot's name in Slack; the others are whole sentences or labels in mrkdwn.
    """

    # Statuses
    understanding: str
    searching: str
    writing: str  # {passages}

    # Conversations
    looking: str
    help: str  # {bot}
    attachments: str
    only_attachments: str
    interrupted: str
    failed: str
    model_away: str
    index_away: str

    # Answers
    sources: str
    nearest: str
    page: str  # {page}
    more: str  # {n}

    # Commands
    ask_usage: str
    unknown_command: str  # {command}
    reindex_refused: str  # {admins}
    reindex_no_admins: str
    reindex_follow: str  # {scope}
    reindex_title: str  # {scope}
    reindex_waiting: str
    reindex_worker_down: str
    reindex_running: str  # {done} {total}
    reindex_done: str  # {done} {total} {failed}
    reindex_nothing: str  # {scope}
    reindex_failures: str
    reindex_unfollowed: str

    # Home
    home_what: str
    home_how: str  # {bot}
    home_documents: str  # {total}
    home_no_documents: str
    home_failures: str
    reading: str
    words: str
    meaning: str
    failure: str
    prompts_title: str
    prompt: str  # {title}
