"""Random visits to every door of the bot: nobody is told what they may not read. `VISITS` says how many seeds."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ingestion.reader_processes.pool import ReaderPool
from tests.attacks.doors import Visit, open_place, play_visit

VISITS = int(os.environ.get("VISITS", "3"))
FIRST = int(os.environ.get("FIRST_VISIT", "0"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + VISITS))
async def test_nobody_is_told_what_they_may_not_read(seed: int, tmp_path: Path, reader_pool: ReaderPool) -> None:
    assert await play_visit(seed, tmp_path, reader_pool) == []


class NobodyMayRead:
    """A judge to whom everything that is shown is a leak."""

    def may_read(self, user: str, path: str) -> bool:
        del user, path
        return False


async def test_visits_go_through_every_door_and_the_judge_sees_what_is_shown_there(
    tmp_path: Path, reader_pool: ReaderPool
) -> None:
    seen: set[str] = set()
    async with open_place(tmp_path, reader_pool) as place:
        place.rights = NobodyMayRead()  # type: ignore[assignment] # another judge
        visit = Visit(place, random.Random(1))  # noqa: S311 - the same seed gives the same visit
        for _ in range(6):
            for act in visit.list_acts():
                seen |= {one.where.partition(" ")[0] for one in await visit.do(act, "james")}
    assert {"view", "prompts", "CGENERAL", "DJAMES"} <= seen
    done = " ".join(visit.done)
    doors = "mentions|writes directly|replies in a thread|/ask|opens home|opens messages|edits|asks about a message"
    doors += "|presses show_passage|looks further|forges|moves to|rule of"
    assert not [door for door in doors.split("|") if door not in done]
