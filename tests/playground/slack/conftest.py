from collections.abc import AsyncIterator

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack, serve_slack
from tests.playground.slack.bolt import app_of, client_of


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with serve_slack(port=0, retry_delays=(0.0, 0.05), trigger_life=30) as local:
        yield local


@pytest.fixture
def soon_tired(slack: LocalSlack) -> None:
    """Let Slack wait for an ack for a moment only: for tests in which none comes in time."""
    slack.delivery.ack_limit = 0.1


@pytest.fixture
def app(slack: LocalSlack) -> AsyncApp:
    return app_of(slack)


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    return client_of(slack)
