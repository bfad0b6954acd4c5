"""*Look also in what I may read*, for every pair of a person and a folder: no leak, and no refusal too many."""

from __future__ import annotations

from pathlib import Path

from bot.slack.questions.private_answer import LOOK_FURTHER_BUTTON
from ingestion.reader_processes.pool import ReaderPool
from playground.slack.state.records import Message
from playground.slack.web_api.json_values import walk
from tests.attacks.doors import BOT, CANARY, FOLDERS, PEOPLE, Place, open_place
from tests.attacks.readers import find_readers

PROJECTS = ("acajou", "bouleau", "cerisier", "douglas", "eucalyptus", "fusain", "genévrier", "hêtre", "if")
CHANNELS = ("CGENERAL", "CFINANCE", "CFOURNISSEURS", "CATELIERNORD")


def put_projects(place: Place) -> dict[str, str]:
    """Write a document about a project into each folder; give the canary of each project."""
    canaries = {}
    for n, (folder, project) in enumerate(zip(FOLDERS, PROJECTS, strict=True)):
        canary, path = f"zorvx{chr(97 + n) * 4}", f"{folder}/{project}.md" if folder else f"{project}.md"
        text = f"# Projet {project}\n\nLe budget du projet {project} est de mille euros. Le code est {canary}.\n"
        (place.root / path).write_text(text)
        place.canaries[canary], canaries[project] = path, canary
    return canaries


async def ask_in_channel(place: Place, name: str, channel: str, project: str) -> Message:
    """The bot's answer in the channel."""
    ts = await place.desk.slack.person(name).post(channel, f"{BOT} quel est le budget du projet {project} ?")
    await place.settle()
    (answer,) = (m for m in place.desk.slack.messages if m.bot_id and m.thread_ts == ts and not m.ephemeral_to)
    return answer


async def press_if_offered(place: Place, name: str, answer: Message) -> str:
    """What the person alone sees after pressing the button below an answer; nothing where it is not offered."""
    if not any(one.get("action_id") == LOOK_FURTHER_BUTTON for one in walk(list(answer.blocks))):
        return ""
    before = len(place.desk.slack.messages)
    await place.desk.slack.person(name).click(answer, LOOK_FURTHER_BUTTON)
    await place.settle()
    shown = [m for m in place.desk.slack.messages[before:] if m.bot_id]
    assert {m.ephemeral_to for m in shown} == {place.desk.slack.person(name).id}
    return " ".join(f"{m.text} {m.blocks}" for m in shown)


async def test_each_person_is_told_of_each_folder_exactly_what_they_may_read(
    tmp_path: Path, reader_pool: ReaderPool
) -> None:
    leaks, refusals, offered = [], [], 0
    async with open_place(tmp_path, reader_pool) as place:
        canaries, slack = put_projects(place), place.desk.slack
        await place.run_passes()
        pairs = [
            (name, channel, project)
            for name in PEOPLE
            for channel in CHANNELS
            if slack.person(name).id in slack.workspace.channels[channel].members
            for project in PROJECTS
        ]
        for name, channel, project in pairs:
            user = slack.person(name).id
            answer = await ask_in_channel(place, name, channel, project)
            private = await press_if_offered(place, name, answer)
            offered += bool(private)
            in_channel = set(CANARY.findall(f"{answer.text} {answer.blocks}"))
            alone = set(CANARY.findall(private))
            readers = find_readers(slack.workspace, channel, None)
            leaks += [(r, c) for c in in_channel for r in readers if not place.rights.may_read(r, place.canaries[c])]
            leaks += [(user, c) for c in alone if not place.rights.may_read(user, place.canaries[c])]
            canary = canaries[project]
            if place.rights.may_read(user, place.canaries[canary]) and canary not in in_channel | alone:
                refusals.append((name, channel, project))
    assert len({(name, project) for name, _, project in pairs}) == len(PEOPLE) * len(FOLDERS)
    assert offered > len(pairs) / 4
    assert (leaks, refusals) == ([], [])
