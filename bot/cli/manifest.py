"""Prints the manifest of the Slack app, for `python -m bot manifest`; with a prefix before each command's name.

`/ask` and `/docs` are names that other apps use, too: of two apps in a workspace, the one installed last gets them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import bot
from bot.settings import BotSettings, check_command_prefix
from bot.slack.api.tokens import PAGE_PICTURE_SCOPE
from bot.slack.handlers.workflow_step import STEP
from knowledge.core.failures import SettingsError

_MANIFEST = Path(bot.__file__).parent.parent / "manifest.json"


def print_manifest(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Prints the manifest for the app's page *App Manifest*; `COMMAND_PREFIX` must be the same prefix."""
    prefix = settings.command_prefix if arguments.prefix is None else arguments.prefix
    try:
        check_command_prefix(prefix)
    except ValueError as error:
        raise SettingsError(f"--prefix is not usable: it {error}.") from error
    manifest = add_command_prefix(_read_manifest(), prefix)
    if settings.workflow_step == "on":
        manifest = add_workflow_step(manifest)
    if settings.page_pictures == "on":
        manifest = add_scope(manifest, PAGE_PICTURE_SCOPE)
    print(json.dumps(manifest, ensure_ascii=False, indent=2))
    return 0


def add_command_prefix(manifest: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Gives the manifest with a prefix before each command's name; without a prefix it stays as it is."""
    if not prefix:
        return manifest
    features = manifest["features"]
    commands = [
        one | {"command": f"/{prefix}-{one['command'].removeprefix('/')}"} for one in features["slash_commands"]
    ]
    return manifest | {"features": features | {"slash_commands": commands}}


def add_scope(manifest: dict[str, Any], scope: str) -> dict[str, Any]:
    """Gives the manifest with one more scope of the bot token."""
    scopes = manifest["oauth_config"]["scopes"]
    more = {**scopes, "bot": sorted({*scopes["bot"], scope})}
    return manifest | {"oauth_config": {**manifest["oauth_config"], "scopes": more}}


def add_workflow_step(manifest: dict[str, Any]) -> dict[str, Any]:
    """Gives the manifest with the workflow step; Slack wants apps with steps to be installable in organisations."""
    step = {
        "title": "Ask Souffleur",
        "description": "Answers a question from the documents that all members may read.",
        "input_parameters": {"question": _describe_text("question", "What to ask the documents")},
        "output_parameters": {
            "answer": _describe_text("answer", "The answer, in plain words"),
            "sources": _describe_text("sources", "The documents and pages behind it, one on each line")
            | {"is_required": False},
        },
    }
    deployed = {"org_deploy_enabled": True, "function_runtime": "remote"}
    return manifest | {"functions": {STEP: step}, "settings": manifest["settings"] | deployed}


def _describe_text(name: str, description: str) -> dict[str, Any]:
    return {
        "type": "string",
        "title": name.capitalize(),
        "description": description,
        "is_required": True,
        "name": name,
    }


def _read_manifest() -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{_MANIFEST} cannot be read ({error.strerror}): run this in a checkout.") from error
    return manifest
