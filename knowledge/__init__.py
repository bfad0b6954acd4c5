"""What the bot and the ingestion worker agree on."""
