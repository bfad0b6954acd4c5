"""Makes the tokenizer of a packed model: SentencePiece's unigram model over its pieces and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

if TYPE_CHECKING:
    from knowledge.embeddings.local.packed_model import PackedModel

FIRST_ID, LAST_ID = 0, 2  # the tokens around every text
_DROPPED = "[\\x01-\\x08\\x0e-\\x1f\\x7f\\x8f\\x9f]"
_SPACES = "[\\x{200b}-\\x{200f}\\x{2581}\\x{feff}\\x{fffd}]"


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
