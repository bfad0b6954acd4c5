from __future__ import annotations

import pytest

from bot.slack.events.thread_follow_ups import ThreadMessage, is_follow_up

BOT, ALICE, JAMES = "USOUFFLEUR", "UALICE", "UJAMES"
ASKED = ThreadMessage(ALICE, f"<@{BOT}> how many days of leave?")
ANSWER = ThreadMessage(BOT, "25 days [1].")


def said(*texts: str, by: str = ALICE) -> list[ThreadMessage]:
    return [ThreadMessage(by, text) for text in texts]


@pytest.mark.parametrize(
    ("thread", "meant"),
    [
        ([ASKED, ANSWER, *said("and for trainees?")], True),
        ([ASKED, ANSWER, *said("et pour les stagiaires")], True),
        ([ASKED, ANSWER, *said("and in Brussels?", by=JAMES)], True),
        ([ASKED, ANSWER, *said("one more thing", "how are they counted?")], True),
        ([ASKED, ANSWER, *said("and for trainees?"), ANSWER, *said("since when?")], True),
        ([ASKED, ANSWER, *said("2027?")], True),
        ([ASKED, ANSWER, *said("2027")], True),
        ([ThreadMessage(BOT, "shared"), *said("since when?")], True),
        ([ASKED, ANSWER, *said("how about Brussels", by=JAMES)], True),
        ([ASKED, ANSWER, *said("et pour quelle équipe", by=JAMES)], False),
        ([ASKED, ANSWER, *said("et combien à Bruxelles", by=JAMES)], True),
        ([ASKED, ANSWER, *said("I think it is 25 days.", by=JAMES)], False),
        ([ASKED, ANSWER, *said("That is wrong.", by=JAMES)], False),
        ([ASKED, ANSWER, *said("We should tell Ana", by=JAMES)], False),
        ([ASKED, ANSWER, *said("is that so", by=JAMES)], True),
        ([ASKED, ANSWER, *said("I think it is 25 days.")], True),
        ([ASKED, ANSWER, *said(f"<@{JAMES}> is that right?")], False),
        ([ASKED, ANSWER, *said("<!here> is that right?")], False),
        ([ASKED, ANSWER, *said(f"<@{JAMES}> is that right?", "I doubt it")], False),
        ([ASKED, ANSWER, *said(f"<@{JAMES}> is that right?"), *said("I think so", by=JAMES)], False),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said("since when?")], False),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said("Souffleur, since when?")], True),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said("et toi, souffleur ?")], True),
        ([ASKED, ANSWER, *said("no, it changed", by=JAMES), *said(f"<@{BOT}> since when?")], True),
        ([ASKED, ANSWER, *said(f"<@{BOT}> and <@{JAMES}>, since when?")], True),
        ([ASKED, ANSWER, *said("the souffleur said 25 days")], True),
        ([ASKED, ANSWER, *said("ok", by=JAMES), *said("the souffleur was right about it")], False),
        ([ASKED, ANSWER, *said("merci beaucoup !")], False),
        ([ASKED, ANSWER, *said("Thank you, that's very clear :+1:")], False),
        ([ASKED, ANSWER, *said("👍")], False),
        ([ASKED, ANSWER, *said("")], False),
        ([ASKED, ANSWER, *said("merci, et pour les stagiaires")], True),
        ([ASKED, *said("and for trainees?")], True),
        ([ASKED, *said("thanks in advance, what about trainees")], True),
        ([ASKED, *said("25, I think", by=JAMES)], False),
        (said("hello", "anybody there?"), False),
        (said("anybody there?"), False),
        ([], False),
    ],
    ids=lambda value: value[-1].text[:40] if isinstance(value, list) and value else str(value),
)
def test_the_bot_follows_a_talk_with_it_and_steps_back_from_one_between_people(
    thread: list[ThreadMessage], meant: bool
) -> None:
    assert is_follow_up(thread, BOT, "Souffleur") is meant
