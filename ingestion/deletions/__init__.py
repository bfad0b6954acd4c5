"""Holds mass deletions until an administrator confirms them."""
