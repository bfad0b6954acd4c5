"""What the bot and the ingestion worker agree on."""

VERSION = "0.1.0"
