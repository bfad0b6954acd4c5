"""Qdrant's own engine in this process, behind Qdrant's REST routes.

A call of qdrant-client goes the same way to this engine as to a server: `client.py` answers the client's HTTP requests
from `routes.py`, which translates them (`filters.py`, `queries.py`, `updates.py`, `layout.py`) for `engine.py`, the
collections of one folder, each in a shard of qdrant-edge-py (`collection.py`).

What a server has and this engine lacks is refused with status 501: groups, recommendations, conditions on places,
several vectors under one name, changes of graphs and quantisation, snapshots. It has one shard and no replicas; the
numbers that were asked for are kept and shown. One process holds a folder.
"""
