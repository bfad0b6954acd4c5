"""Checks everything that the bot needs, for `python -m bot check`, and says what to do. Changes nothing."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from email.utils import parsedate_to_datetime
from importlib.metadata import version as client_version
from pathlib import Path

import httpx
import ollama
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.cli.block_check import check_blocks
from bot.cli.speed import Finding, Severity, measure_speed
from bot.settings import BotSettings
from bot.slack.api.client import create_web_client
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.tokens import check_one_workspace, check_tokens, list_needed_scopes
from knowledge.core.failures import ModelUnavailable, SouffleurError
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.rich_output import is_terminal, print_table
from knowledge.runtime.settings import is_local_model
from knowledge.storage.client import (
    EMBEDDED_PASSAGES_LIMIT,
    allows_anonymous_access,
    format_embedded_limit,
    is_public_url,
    open_qdrant,
    translate_qdrant_errors,
)
from knowledge.storage.index_versions import IndexVersions

_SEVERITY_SIGNS: dict[Severity, str] = {"well": "✓", "doubtful": "!", "broken": "✗"}
_MIN_QDRANT_VERSION = (1, 19)
_GIB = 2**30
_LOW_DISK_BYTES, _FULL_DISK_BYTES = 2 * _GIB, _GIB // 10
_MAX_CLOCK_SKEW_SECONDS = 60.0
_OLLAMA_TIMEOUT_SECONDS = 10
_ONE_SERVER_PASSAGES = 6_000_000  # 48 GB of memory by the formula of docs/scaling.md, not quantised


def check_setup(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Prints a line for each finding; the exit status is 1 if something is broken."""
    findings = list(collect_findings(settings))
    if arguments.speed:
        findings += measure_speed(settings)
    if arguments.blocks:
        findings += check_blocks(settings)
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    elif is_terminal():
        rows = [(_SEVERITY_SIGNS[one.verdict], one.what, one.sentence) for one in findings]
        print_table(("", "what", "finding"), rows, {"✓": "green", "!": "yellow", "✗": "bold red"})
    else:
        for finding in findings:
            print(f"{_SEVERITY_SIGNS[finding.verdict]} {finding.what}: {finding.sentence}")
    return 1 if any(finding.verdict == "broken" for finding in findings) else 0


def collect_findings(settings: BotSettings) -> Iterator[Finding]:
    """Runs all checks one after the other; a check that cannot be made is a finding too."""
    yield from asyncio.run(_check_slack(settings))
    for look in (_check_qdrant, _check_ollama, _check_local_model, _check_folders):
        yield from look(settings)


async def _check_slack(settings: BotSettings) -> list[Finding]:
    try:
        check_tokens(settings)
    except SouffleurError as error:
        return [Finding("broken", "Slack tokens", str(error))]
    client, findings = create_web_client(settings), []
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    try:
        answer = await client.auth_test()
        findings += [_check_bot_identity(answer), _check_scopes(answer, settings), *_check_clock(answer)]
        findings += [await _check_unasked_channel(client, channel) for channel in sorted(settings.answer_unasked)]
    except SLACK_ERRORS as error:
        findings.append(Finding("broken", "SLACK_BOT_TOKEN", _token_remedy(error, "OAuth & Permissions")))
    try:
        await client.apps_connections_open(app_token=app_token)
        findings.append(Finding("well", "SLACK_APP_TOKEN", "Socket Mode opens."))
    except SLACK_ERRORS as error:
        findings.append(Finding("broken", "SLACK_APP_TOKEN", _token_remedy(error, "Basic Information")))
    return [*findings, _check_admins(settings)]


def _check_bot_identity(answer: AsyncSlackResponse) -> Finding:
    try:
        check_one_workspace(answer)
    except SouffleurError as error:
        return Finding("broken", "SLACK_BOT_TOKEN", str(error))
    return Finding("well", "SLACK_BOT_TOKEN", f"opens {answer.get('team')} as {answer.get('user')}.")


def _token_remedy(error: Exception, page: str) -> str:
    """Says what to do about a token; `page` is the app's page that shows it."""
    code = get_error_code(error)
    if isinstance(error, SlackApiError) and code != "unreadable":
        return f"Slack refuses it ({code}): copy it anew from the app's page {page}, where the app is installed."
    return f"Slack cannot be asked ({code}): look at this machine's network, HTTPS_PROXY and SLACK_API_URL."


def _check_scopes(answer: AsyncSlackResponse, settings: BotSettings) -> Finding:
    granted = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
    missing = sorted(list_needed_scopes(settings) - {scope.strip() for scope in granted.split(",")})
    if missing:
        source = "manifest.json" if settings.page_pictures == "off" else "what `python -m bot manifest` prints"
        remedy = f"paste {source} into the app's page App Manifest and install the app again."
        return Finding("broken", "Slack scopes", f"missing {', '.join(missing)}: {remedy}")
    return Finding("well", "Slack scopes", "all that the bot needs.")


def _check_clock(answer: AsyncSlackResponse) -> Iterator[Finding]:
    told = {name.lower(): value for name, value in answer.headers.items()}.get("date")
    if told:
        apart = abs(parsedate_to_datetime(told).timestamp() - time.time())
        late = apart > _MAX_CLOCK_SKEW_SECONDS
        sentence = f"{apart:.0f} s from Slack's" + (": set this machine's clock by the network." if late else ".")
        yield Finding("doubtful" if late else "well", "clock", sentence)


async def _check_unasked_channel(client: AsyncWebClient, channel: str) -> Finding:
    """Whether the bot hears what people write in a channel of ANSWER_UNASKED."""
    try:
        told = (await client.conversations_info(channel=channel))["channel"]
    except SLACK_ERRORS as error:
        remedy = "correct the id, or invite the bot to that channel."
        return Finding(
            "doubtful", "ANSWER_UNASKED", f"Slack does not show {channel} ({get_error_code(error)}): {remedy}"
        )
    if not told.get("is_member"):
        return Finding("doubtful", "ANSWER_UNASKED", f"the bot is not in {channel}, and hears nothing: invite it.")
    return Finding("well", "ANSWER_UNASKED", f"the bot is in {channel}.")


def _check_admins(settings: BotSettings) -> Finding:
    if not settings.admins:
        return Finding("doubtful", "ADMINS", "names nobody: nobody can confirm deletions or have documents read again.")
    return Finding("well", "ADMINS", f"{len(settings.admins)} named.")


def _check_qdrant(settings: BotSettings) -> Iterator[Finding]:
    try:
        with contextlib.closing(open_qdrant(settings)) as client, translate_qdrant_errors():
            names = {one.name for one in client.get_collections().collections}
            passages = IndexVersions(client, settings.collection).count_served_passages()
            version = client.info().version if settings.qdrant_url else ""
    except SouffleurError as error:
        yield Finding("broken", "Qdrant", str(error))
        return
    held = sum(name.startswith(settings.collection) for name in names)
    yield Finding("well", "Qdrant", f"answers, with {held} collections of {settings.collection}.")
    yield _judge_index_size(passages, is_embedded=settings.qdrant_url is None)
    if settings.qdrant_url:
        yield _check_qdrant_version(version)
        yield _check_qdrant_key(settings.qdrant_url, settings)


def _judge_index_size(passages: int, *, is_embedded: bool) -> Finding:
    """Whether the index at hand fits where it is: docs/scaling.md has the figures."""
    held = f"{passages:,} passages"
    if is_embedded and passages > EMBEDDED_PASSAGES_LIMIT:
        return Finding("doubtful", "size of the index", format_embedded_limit(passages))
    if is_embedded:
        return Finding(
            "well", "size of the index", f"{held}: the embedded index does, up to {EMBEDDED_PASSAGES_LIMIT:,}."
        )
    if passages > _ONE_SERVER_PASSAGES:
        remedy = "more than one server is needed, or quantisation: see docs/scaling.md."
        return Finding("doubtful", "size of the index", f"{held}: {remedy}")
    return Finding("well", "size of the index", f"{held}: one server does, up to about {_ONE_SERVER_PASSAGES:,}.")


def _check_qdrant_version(version: str) -> Finding:
    found = _read_minor_version(version)
    if found < _MIN_QDRANT_VERSION:
        remedy = "go up one minor version at a time, as docs/operating.md says"
        return Finding(
            "broken", "Qdrant's version", f"{version}: earlier than 1.19 deleted points may come back; {remedy}."
        )
    client = _read_minor_version(client_version("qdrant-client"))
    if found[:1] != client[:1] or found[1] > client[1] + 1:
        sentence = f"{version}: this Souffleur knows Qdrant up to {client[0]}.{client[1] + 1}. Update Souffleur first."
        return Finding("doubtful", "Qdrant's version", sentence)
    return Finding("well", "Qdrant's version", f"{version}.")


def _read_minor_version(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _check_qdrant_key(url: str, settings: BotSettings) -> Finding:
    if allows_anonymous_access(url):
        remedy = "give the server one (QDRANT__SERVICE__API_KEY) and set QDRANT_API_KEY, if others are on its network."
        return Finding("doubtful", "Qdrant's key", f"it answers without: {remedy}")
    if settings.qdrant_api_key and url.startswith("http://") and is_public_url(url):
        return Finding("doubtful", "Qdrant's key", "crosses the internet unencrypted: use https:// in QDRANT_URL.")
    return Finding("well", "Qdrant's key", "is asked for.")


def _check_ollama(settings: BotSettings) -> Iterator[Finding]:
    try:
        listed = ollama.Client(host=settings.ollama_url, timeout=_OLLAMA_TIMEOUT_SECONDS).list().models
    except (ollama.ResponseError, httpx.HTTPError, ConnectionError) as error:
        why = f"{settings.ollama_url} does not answer ({type(error).__name__}): start it, or correct OLLAMA_URL. "
        yield Finding("broken", "Ollama", f"{why}Until then passages are quoted in place of answers.")
        return
    yield Finding("well", "Ollama", "answers.")
    there = {model.model or "" for model in listed}
    wanted = {"CHAT_MODEL": settings.chat_model}
    if not is_local_model(settings.embedding_model):
        wanted["EMBEDDING_MODEL"] = settings.embedding_model
    for name, model in wanted.items():
        if there & {model, f"{model}:latest"}:
            yield Finding("well", name, f"{model} is there.")
        else:
            yield Finding("broken", name, f"{model} is not there: run `ollama pull {model}`.")


def _check_local_model(settings: BotSettings) -> Iterator[Finding]:
    if not is_local_model(settings.embedding_model):
        return
    try:
        EmbeddingModel(settings).embed_query("test")
    except ModelUnavailable as error:
        yield Finding("broken", "EMBEDDING_MODEL", str(error))
    else:
        yield Finding("well", "EMBEDDING_MODEL", f"{settings.embedding_model} answers, in a process of its own.")


def _check_folders(settings: BotSettings) -> Iterator[Finding]:
    heartbeat = settings.heartbeat_dir or Path(tempfile.gettempdir())
    yield _check_writable("HEARTBEAT_DIR", heartbeat)
    if settings.qdrant_url is None:
        yield _check_writable("QDRANT_PATH", settings.qdrant_path)
        yield _check_disk_space(settings.qdrant_path)
    documents = settings.documents_dir
    if settings.filing == "on":
        yield _check_writable("DOCUMENTS_DIR", documents)
        yield _check_disk_space(documents)
    elif documents.exists() and not documents.is_dir():
        yield Finding("broken", "DOCUMENTS_DIR", f"{documents} is no folder: name one.")
    elif not documents.is_dir():
        if settings.page_pictures == "on":
            remedy = "mount the folder, to read, or set PAGE_PICTURES=off"
            yield Finding("broken", "DOCUMENTS_DIR", f"{documents} is not here, so no page can be shown: {remedy}.")
        else:
            yield Finding("well", "DOCUMENTS_DIR", f"{documents} is not here, and the bot does not need it.")
    elif not os.access(documents, os.R_OK | os.X_OK):
        yield Finding("broken", "DOCUMENTS_DIR", f"{documents} cannot be read: correct its permissions.")
    else:
        yield Finding("well", "DOCUMENTS_DIR", f"{documents} can be read.")


def _check_writable(name: str, folder: Path) -> Finding:
    standing = _nearest_existing_folder(folder)
    if not standing.is_dir():
        return Finding("broken", name, f"{standing} is no folder: name one.")
    if os.access(standing, os.W_OK | os.X_OK):
        return Finding("well", name, f"{folder} can be written.")
    return Finding("broken", name, f"{folder} cannot be written: correct its permissions, or name another.")


def _check_disk_space(folder: Path) -> Finding:
    free = shutil.disk_usage(_nearest_existing_folder(folder)).free
    verdict: Severity = "broken" if free < _FULL_DISK_BYTES else "doubtful" if free < _LOW_DISK_BYTES else "well"
    remedy = "" if verdict == "well" else ": make room"
    return Finding(verdict, "disk", f"{free / _GIB:.1f} GiB free for {folder}{remedy}.")


def _nearest_existing_folder(folder: Path) -> Path:
    """Finds the folder, or the nearest folder above it that exists: it would be created there."""
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
