"""Qdrant's embedded engine behind the REST routes that the product uses."""
