"""`python -m bot start`: connects to Slack and answers. A file of its own: it alone of the commands loads Slack."""

from __future__ import annotations

import argparse
import asyncio
import os
import threading

from bot.answering.model import load_models
from bot.cli.terminal import open_pipeline_and_client
from bot.settings import BotSettings
from bot.slack.app import build_app
from bot.slack.runner import serve_slack_bot
from knowledge.backup.restore import refuse_unfinished_restore
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.metrics import serve_metrics


def run_start_command(settings: BotSettings, _: argparse.Namespace) -> int:
    """Builds the bot and serves Slack until the process is told to stop."""
    # The settings hold the token; Bolt would look here too, and warn that it has no use for it.
    os.environ.pop("SLACK_BOT_TOKEN", None)
    pipeline, client = open_pipeline_and_client(settings)
    refuse_unfinished_restore(client, settings.collection)
    bot = build_app(settings, pipeline, client)
    # Nobody waits for it: a question that comes sooner loads the models itself.
    threading.Thread(target=load_models, args=(settings,), name="model loading", daemon=True).start()
    heartbeat = Heartbeat.for_process("bot", settings.heartbeat_dir)
    with serve_metrics(settings, heartbeat):
        asyncio.run(serve_slack_bot(bot, heartbeat))
    return 0
