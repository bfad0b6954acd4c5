"""Read the worker's ledger from Qdrant, without importing the product."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from playground.slack.state.settings import LedgerLine, LedgerReading

if TYPE_CHECKING:
    from pathlib import Path

    from playground.processes import SupervisedProcess

_PAGE = 1000
_STANDINGS = {
    "untried": "about to be added",
    "on": "being added",
    "away": "waiting for an embedding model",
}
_SECONDS = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class QdrantLedgerReader:
    """Reads the ledger of the serving index version, and the heartbeat of the worker, at `url`.

    `prefix` is what the names of the collections begin with.
    """

    url: str
    api_key: str
    prefix: str
    worker: SupervisedProcess
    heartbeat: Path

    async def __call__(self) -> LedgerReading:
        """Read the ledger, or return a sentence that says why it cannot be read."""
        try:
            lines = tuple([_line_from_record(record) for record in await self._records()])
        except (aiohttp.ClientError, TimeoutError):
            return LedgerReading(worker_alive=self.worker.is_alive, error="The index cannot be reached at the moment.")
        return LedgerReading(lines, self.worker.is_alive, self._embedding(lines))

    async def is_folder_searchable(self) -> bool:
        """Whether the worker has read the folder once, and by meaning too unless the embedding model is away."""
        beat = self._read_heartbeat()
        if not beat.get("folder_read") or beat["meaning"] == "away":
            return bool(beat.get("folder_read"))
        reading = await self()
        return not reading.error and all(line.state != "words" for line in reading.lines)

    async def _records(self) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = []
        offset: str | None = None
        async with aiohttp.ClientSession(headers={"api-key": self.api_key}, timeout=_SECONDS) as session:
            url = f"{self.url}/collections/{await self._collection(session)}/points/scroll"
            while True:
                body = {"limit": _PAGE, "with_payload": True, "offset": offset}
                async with session.post(url, json=body) as response:
                    if response.status == 404:
                        return []
                    response.raise_for_status()
                    page = (await response.json())["result"]
                records += [point["payload"] for point in page["points"]]
                offset = page.get("next_page_offset")
                if offset is None:
                    return records

    async def _collection(self, session: aiohttp.ClientSession) -> str:
        """Find the ledger of the serving index version, which an alias names."""
        async with session.get(f"{self.url}/aliases") as response:
            response.raise_for_status()
            aliases: list[dict[str, str]] = (await response.json())["result"]["aliases"]
        named = {alias["alias_name"]: alias["collection_name"] for alias in aliases}
        first = f"{self.prefix}_passages"
        return f"{self.prefix}_documents" + named.get(f"{self.prefix}_serving", first).removeprefix(first)

    def _embedding(self, lines: tuple[LedgerLine, ...]) -> str | None:
        """Return one sentence while some document has no dense vectors yet."""
        if not any(line.state == "words" for line in lines):
            return None
        return _STANDINGS.get(self._read_heartbeat().get("meaning", ""))

    def _read_heartbeat(self) -> dict[str, Any]:
        """Read the worker's heartbeat; it is empty before the worker has begun."""
        try:
            state: dict[str, Any] = json.loads(self.heartbeat.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            return {}
        return state


def _line_from_record(record: dict[str, Any]) -> LedgerLine:
    return LedgerLine(
        path=record["path"],
        # A file that looks cut short is neither read nor failed: the worker says when it looks again.
        state="unfinished" if record["state"] == "reading" and record.get("retry_at") is not None else record["state"],
        pages=record["pages"],
        passages=record["passages"],
        reason=record["reason"],
        title=record["title"],
    )
