"""Binds the name of a folder to the channel or person that bore the name first.

A renamed channel keeps its folder; another channel that takes the old name later does not inherit it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from qdrant_client import QdrantClient

from knowledge.core.stored_record import OpenWord, StoredRecord
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from collections.abc import Collection


_BINDING_NAMESPACE = uuid.UUID("8d3c9c2e-6b0f-4a54-a1d6-8e2f2f0a9f77")
BindingState = Literal["confirmed", "provisional", "undone"]


@dataclass(frozen=True, slots=True)
class NameBinding(StoredRecord):
    """A name that a folder bears ("#finance", "@alice"), and the Slack id that it means.

    Only a "confirmed" one opens the folder. "provisional": the bot is not in the channel, and might not see a private
    one of the same name. "undone": an administrator has taken the folder from this channel or person.
    """

    name: str
    id: str
    state: Annotated[BindingState, OpenWord] = "confirmed"


def decide_binding(
    name: str, owners: Collection[str], joined: Collection[str], current: NameBinding | None
) -> NameBinding | None:
    """Decide what a name means now; None if that stays as it is. Pure.

    `owners` are the ids that bear the name, as far as the bot can see; `joined` are the channels that the bot is in
    and the people. A confirmed binding stays for good, whoever bears its name; one that was undone never comes back by
    itself, but another owner of the name that the bot is sure of takes its place.
    """
    if current and current.state == "confirmed":
        return None
    is_undone = current is not None and current.state == "undone"
    sure = [one for one in owners if one in joined and not (is_undone and current and one == current.id)]
    if len(sure) == 1:
        decided = NameBinding(name, sure[0])
    elif not sure and not is_undone and len(owners) == 1:
        decided = NameBinding(name, next(iter(owners)), "provisional")
    else:
        return None
    if current is None:
        return decided
    changed = replace(current, id=decided.id, state=decided.state)
    return changed if changed != current else None


class NameBindings:
    """The ids of the names that were resolved. Only the bot writes them, because only the bot knows Slack."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._repository = Repository(client, f"{prefix}_bindings", NameBinding)

    def list_bindings(self) -> list[NameBinding]:
        """Every binding, whatever its state, sorted by name.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return sorted(self._repository.list_records(), key=lambda binding: binding.name)

    def add_bindings(self, bindings: Collection[NameBinding]) -> None:
        """Write bindings of names that have none yet; the others stay as they are.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if bindings:
            self._repository.add_records((_make_record_id(binding.name), binding) for binding in bindings)

    def replace_binding(self, before: NameBinding, binding: NameBinding) -> None:
        """Write a binding if its name still means what it did; it is not written if another process was faster.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        # One from before there were states has none to compare.
        expected = {"state": before.state} if before.state != "confirmed" else {}
        self._repository.replace_record(_make_record_id(before.name), binding, id=before.id, **expected)

    def set_binding_state(self, name: str, state: BindingState) -> NameBinding | None:
        """Confirm or undo the binding of a name; None if there is none, or none in another state.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        before = self._repository.get_record(_make_record_id(name))
        if before is None or before.state == state:
            return None
        self.replace_binding(before, replace(before, state=state))
        after = self._repository.get_record(_make_record_id(name))
        return after if after and after.state == state else None


def _make_record_id(name: str) -> str:
    return str(uuid.uuid5(_BINDING_NAMESPACE, name))
