"""Counts the lines of a file that somebody shares, and sends a file back. Of Bolt's asynchronous kind."""

import asyncio
import os
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

token = os.environ["SLACK_BOT_TOKEN"]
app = AsyncApp(token=token, client=AsyncWebClient(base_url=os.environ["SLACK_API_URL"], token=token))


@app.event({"type": "message", "subtype": "file_share"})
async def count_lines(event: dict[str, Any], client: AsyncWebClient) -> None:
    info = await client.files_info(file=event["files"][0]["id"])
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(info["file"]["url_private"]) as response:
        lines = (await response.text()).splitlines()
    await client.files_upload_v2(
        channel=event["channel"],
        thread_ts=event["ts"],
        filename="count.txt",
        content=f"{len(lines)} lines",
        initial_comment="Counted.",
    )


async def main() -> None:
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()  # type: ignore[no-untyped-call] # Bolt leaves it unannotated


if __name__ == "__main__":
    asyncio.run(main())
