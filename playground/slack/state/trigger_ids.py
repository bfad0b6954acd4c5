"""The trigger ids with which an app opens a view: for one use, within seconds of a person's action."""

import itertools
from dataclasses import dataclass, replace

from playground.slack.rules.errors import SlackError


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who acted, when, and in which modal, if any."""

    user: str
    issued: float
    view_id: str | None
    used: bool = False


class TriggerIds:
    """Issues and redeems trigger ids; `life` is in seconds."""

    def __init__(self, life: float) -> None:
        self.life = life
        self._triggers: dict[str, Trigger] = {}
        self._numbers = itertools.count(1)

    def issue_trigger(self, user: str, now: float, view_id: str | None = None) -> str:
        """Issue a trigger id for a person's action."""
        name = f"{next(self._numbers)}.{int(now)}.playground"
        self._triggers[name] = Trigger(user, now, view_id)
        return name

    def use_trigger(self, name: str, now: float) -> Trigger:
        """Redeem a trigger id, or raise Slack's error."""
        trigger = self._triggers.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.issued > self.life:
            raise SlackError("expired_trigger_id")
        self._triggers[name] = replace(trigger, used=True)
        return trigger
