"""What keeps folders from those whom they are meant for: the worker writes it down, the bot shows it to admins."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from knowledge.storage.repository import Records, known_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qdrant_client import QdrantClient

_THE_RULES = str(uuid.UUID(int=1))


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """Why nobody sees what lies in a folder, or what carries its name, in a sentence."""

    folder: str
    reason: str


class Troubles:
    """The troubles of the last pass. The worker replaces them as a whole; the bot looks."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._records = Records(client, f"{prefix}_troubles")
        self._written: tuple[Trouble, ...] | None = None

    def all(self) -> tuple[Trouble, ...]:
        """What is in trouble, by folder."""
        record = self._records.get(_THE_RULES)
        return tuple(sorted(Trouble(**known_to(Trouble, one)) for one in record["troubles"])) if record else ()

    def replace(self, troubles: Iterable[Trouble]) -> None:
        """Write down what is in trouble now; nothing is written where nothing has changed."""
        now = tuple(sorted(troubles))
        if self._written is None:
            self._written = self.all()
        if now != self._written:
            self._records.put(_THE_RULES, {"troubles": [asdict(one) for one in now]})
            self._written = now
