"""`python -m playground.slack`: a local Slack for any app, without the bot of this repository."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playground.slack.app import serve_slack
from playground.slack.rules.errors import BadSettings
from playground.slack.state.settings import DEFAULT_PORT, PlaygroundSlack
from playground.slack.state.workspace_file import read_workspace_file

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until Ctrl+C."""
    arguments = _parser().parse_args(argv)
    try:
        company = read_workspace_file(arguments.workspace) if arguments.workspace else None
        settings = PlaygroundSlack(port=arguments.port, manifest=arguments.manifest, company=company)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(settings))
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"Port {arguments.port} is taken: choose another with --port.", file=sys.stderr)
        return 2
    return 0


async def _serve(settings: PlaygroundSlack) -> None:
    async with serve_slack(settings) as slack:
        print(f"The page: {slack.url}")
        print("For the app, in its environment:")
        for name, value in (
            ("SLACK_API_URL", slack.api_url),
            ("SLACK_BOT_TOKEN", slack.bot_token),
            ("SLACK_APP_TOKEN", slack.app_token),
        ):
            print(f"  export {name}={value}")
        sys.stdout.flush()
        await asyncio.Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the page (default: %(default)s)")
    parser.add_argument("--manifest", type=Path, help="the app's manifest: its commands, events and scopes then hold")
    parser.add_argument("--workspace", type=Path, help="a JSON file of people and channels (default: the demo's)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
