"""Builds what the bot knows of people: who it is itself, members, channels, administrators, who may read what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.api.client import BotIdentity
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminGate, Admins
from bot.slack.people.directory import PublicChannels, SlackDirectory
from bot.slack.people.member_list import MemberList
from bot.slack.people.users import Users

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.settings import BotSettings
    from bot.slack.qdrant_stores import Stores


@dataclass(frozen=True, slots=True)
class People:
    """What is known of people. Only the factory holds it all: each other class gets what it uses."""

    identity: BotIdentity
    users: Users
    directory: SlackDirectory
    public_channels: PublicChannels
    access_directory: AccessDirectory
    admins: Admins
    admin_gate: AdminGate


def build_people(settings: BotSettings, client: AsyncWebClient, stores: Stores) -> People:
    """Builds each part once: all of them remember what Slack told."""
    identity = BotIdentity(client)
    directory = SlackDirectory(client, member_list=MemberList(client, stores.people))
    access = AccessDirectory(
        directory, identity, stores.served_documents, stores.name_bindings, guests=settings.guests_see_everyone
    )
    admins = Admins(client, settings.admins)
    return People(
        identity=identity,
        users=Users(client),
        directory=directory,
        public_channels=PublicChannels(client),
        access_directory=access,
        admins=admins,
        admin_gate=AdminGate(admins, stores.audit_log),
    )
