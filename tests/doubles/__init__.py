"""Servers that stand in for what the product talks to; each is tested here, and real clients drive it."""
