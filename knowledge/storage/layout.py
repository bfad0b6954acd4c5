"""Decides how passages lie on a Qdrant server, and what a search asks of it for that; embedded, it has no effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from qdrant_client import models

Quantization = Literal["none", "scalar", "binary"]
# How many more candidates than asked for are scored again by their whole vectors: what quantisation mixes up is put
# in order by that. A bit a number tells less than a byte.
_OVERSAMPLING = {"scalar": 2.0, "binary": 3.0}


@dataclass(frozen=True, slots=True)
class CollectionLayout:
    """Shards, replicas, and how vectors are kept in memory: whole, or quantised with the whole ones on disk."""

    shards: int = 1
    replicas: int = 1
    quantization: Quantization = "none"

    def build_collection_options(self) -> dict[str, Any]:
        """What the collection of passages is made with."""
        from qdrant_client import models

        # A filter on a field without an index would walk through every passage: better a failure that says so.
        strict = models.StrictModeConfig(
            enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False
        )
        return {
            "shard_number": self.shards,
            "replication_factor": self.replicas,
            "quantization_config": self._build_quantization_config(),
            "strict_mode_config": strict,
        }

    def _build_quantization_config(self) -> models.QuantizationConfig | None:
        from qdrant_client import models

        match self.quantization:
            case "scalar":
                scalar = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=0.99, always_ram=True)
                return models.ScalarQuantization(scalar=scalar)
            case "binary":
                return models.BinaryQuantization(binary=models.BinaryQuantizationConfig(always_ram=True))
            case "none":
                return None


def build_search_params(config: models.CollectionConfig) -> models.SearchParams | None:
    """What a search by meaning asks of a collection whose vectors are quantised; None where they are whole."""
    from qdrant_client import models

    match config.quantization_config:
        case None:
            return None
        case models.BinaryQuantization():
            oversampling = _OVERSAMPLING["binary"]
        case _:
            oversampling = _OVERSAMPLING["scalar"]
    again = models.QuantizationSearchParams(rescore=True, oversampling=oversampling)
    return models.SearchParams(quantization=again)
