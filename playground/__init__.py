"""A local Slack and a stand-in for Qdrant, for trying and testing. Imports nothing of the product."""
