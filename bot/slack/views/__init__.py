"""Block Kit: what messages and views look like. Pure."""
