"""Takes ✅ and ❌ under an answer for a thumb up and a thumb down, where `REACTION_VOTES` is on.

Slack tells of a reaction by the message's place alone: the question log knows which question it answers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import IndexUnavailable
from knowledge.storage.votes import Vote

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.events.parse import Json
    from bot.slack.handlers.feedback import FeedbackHandler
    from bot.slack.people.users import Users
    from bot.slack.questions.intake import QuestionIntake
    from bot.slack.running_tasks import RunningTasks

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = ("reaction_added",)
_LIKES = frozenset({"heavy_check_mark", "white_check_mark"})
_DISLIKES = frozenset({"negative_squared_cross_mark", "x"})


def register(app: AsyncApp, handler: ReactionVotes, running_tasks: RunningTasks) -> None:
    """Listens for emoji under messages."""

    async def on_reaction(event: Json) -> None:
        reaction, item = str(event.get("reaction") or ""), event.get("item") or {}
        if handler.is_on and reaction in _LIKES | _DISLIKES and item.get("type") == "message":
            voting = handler.vote_by_reaction(
                str(item["channel"]), str(item["ts"]), str(event["user"]), liked=reaction in _LIKES
            )
            running_tasks.start_task(voting)

    app.event("reaction_added")(on_reaction)


@dataclass(frozen=True, slots=True)
class ReactionVotes:
    """Stores a vote for the question that the message answers. Nobody is thanked: the emoji is seen by all."""

    is_on: bool
    intake: QuestionIntake
    feedback: FeedbackHandler
    users: Users

    async def vote_by_reaction(self, channel: str, ts: str, user: str, *, liked: bool) -> None:
        """Store a person's vote if the message is of a finished answer; a thumb with its reason is not overwritten."""
        try:
            answered = await self.intake.run_in_log_thread(self.intake.question_log.find_answered_question, channel, ts)
        except IndexUnavailable as error:
            log.warning("reaction not counted error=%s", error)
            return
        if answered and not await self.users.is_bot_user(user):
            await self.feedback.cast_quiet_vote(Vote(answered.id, user, liked=liked))
