"""Builds the next version of the index beside the serving one, and switches to it.

`rollout` decides which versions are filled, `reuse` takes over what has not changed, `quality_gate` compares both
versions, and `report` describes them.
"""
