"""Compute what an index needs: memory, disk, servers, workers. It measures nothing.

`python -m bench.scaling` prints the table of docs/scaling.md, then one JSON line.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict, dataclass

DIMENSION = 1024  # of bge-m3
TERMS = 120  # different features in a passage of about 300 tokens
PAYLOAD = 2_400  # bytes: the text, its place, its edition
GRAPH = 16 * 2 * 4 * 1.1  # bytes of HNSW links a passage: m = 16, both ways, 4 bytes each, 10% for the upper layers
INDEXES = 200  # bytes of payload indexes a passage: five fields
OVERHEAD = 1.3  # what segments, the allocator and an optimisation under way add
SERVER_GB = 48.0  # of a 64 GB server that an index may fill
REPLICAS = 2
WEEK = 7 * 24 * 3600
PER_WORKER = 50.0  # texts a second that one GPU embeds at 300 tokens: put your own figure here
GB_MONTH, DISK_GB_MONTH = 4.0, 0.1  # currency units: put your own prices here
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
BYTES = {"none": 4.0, "scalar": 1.0, "binary": 1 / 8}  # in memory, of a number of a vector


@dataclass(frozen=True, slots=True)
class Need:
    """What one size needs; memory and disk in GB over all replicas, embedding in texts a second for a week."""

    passages: int
    quantization: str
    replicas: int
    memory_gb: float
    disk_gb: float
    servers: int
    shards: int
    embedding_per_s: float
    workers: int
    cost_a_month: float


def need(passages: int) -> Need:
    """The need of so many passages, quantised as little as their number allows."""
    quantization = "none" if passages <= 1_000_000 else "scalar" if passages <= 10_000_000 else "binary"
    replicas = 1 if passages < 1_000_000 else REPLICAS
    sparse = TERMS * 8
    memory = passages * replicas * OVERHEAD * (DIMENSION * BYTES[quantization] + GRAPH + INDEXES + sparse) / 1e9
    disk = passages * replicas * 2 * (DIMENSION * 4 + GRAPH + INDEXES + sparse + PAYLOAD) / 1e9
    servers = max(replicas, math.ceil(memory / SERVER_GB))
    per_second = passages / WEEK
    cost = memory * GB_MONTH + disk * DISK_GB_MONTH
    return Need(
        passages,
        quantization,
        replicas,
        round(memory, 2),
        round(disk, 2),
        servers,
        max(1, math.ceil(servers / replicas) * 2) if servers > 1 else 1,
        round(per_second, 2),
        max(1, math.ceil(per_second / PER_WORKER)),
        round(cost, 2),
    )


def table() -> str:
    """The table as Markdown."""
    head = "| passages | quantisation | replicas | memory, GB | disk, GB | servers | shards | texts/s | GPUs | cost |"
    rule = "|" + "---:|" * 10
    return "\n".join([head, rule, *(_row(need(size)) for size in SIZES)])


def _row(one: Need) -> str:
    return (
        f"| {one.passages:,} | {one.quantization} | {one.replicas} | {one.memory_gb:,} | {one.disk_gb:,} | "
        f"{one.servers} | {one.shards} | {one.embedding_per_s:,} | {one.workers} | {one.cost_a_month:,} |"
    )


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n{json.dumps({'scaling': [asdict(need(size)) for size in SIZES]})}\n")
