"""Names what administrators alone read of held deletions and of the index. Leaves the words to `admin_words_…`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AdminTexts:
    """These texts, in one language; as in `Texts`, braces name what is filled in."""

    # Held deletions
    hold_title: str
    hold_many: str  # {count} {known} {since}
    hold_unmounted: str  # {count} {known} {since}
    hold_stays: str
    hold_names: str
    hold_command: str
    hold_button: str
    hold_sure: str  # {count}
    hold_keep: str
    hold_confirmed: str  # {by}
    hold_refused: str  # {admins}
    hold_none: str
    hold_changed: str
    hold_under_way: str
    hold_follow: str  # {count}
    hold_follow_home: str  # {count}
    confirm_title: str
    confirm_done: str
    confirm_removed: str  # {done}
    confirm_held: str
    confirm_waits: str

    # The index, in Home
    index_title: str
    index_prepared: str
    index_since: str  # {since}
    index_model: str
    index_reading: str
    index_words: str
    index_documents: str  # {count} {path}
    index_meaning: str
    index_gate: str
    index_refused: str
    index_remedy: str
    index_stays: str
    index_kept: str  # {since}
    index_embedded: str  # {passages} {limit}
