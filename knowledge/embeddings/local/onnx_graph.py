"""Writes a packed model as an ONNX graph: token ids in, the last layer and its mean out.

Matrices become 8-bit integers with a scale for each output. The table of word embeddings stays in 4 bits and is
unpacked for the tokens of a text alone: it is three quarters of the model.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from knowledge.embeddings.local.model_files import INPUT_NAME, OUTPUT_NAME, TOKENS_NAME
from knowledge.embeddings.local.packed_model import BLOCK_SIZE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from onnx import ModelProto, NodeProto

    from knowledge.embeddings.local.packed_model import PackedModel

_OPSET, _IR_VERSION = 20, 10  # the first opset with Gelu; ONNX Runtime 1.18 and later read both
_LARGEST = 127  # of an 8-bit integer


def build_onnx_graph(model: PackedModel) -> ModelProto:
    """Builds the graph of a model: `token_ids` (1, tokens) gives `tokens` (1, tokens, hidden) and their `mean`."""
    builder = _GraphBuilder(model)
    hidden = builder.embed_tokens()
    for number in range(model.sizes.layers):
        hidden = builder.add_layer(hidden, f"l{number}.")
    graph = builder.finish(hidden)
    checker.check_model(graph)
    return graph


class _GraphBuilder:
    """Adds the parts of the encoder, one node after the other; each method returns the name of its output."""

    def __init__(self, model: PackedModel) -> None:
        self._model = model
        self._sizes = model.sizes
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def embed_tokens(self) -> str:
        """Adds the sum of word, position and type embeddings of each token."""
        sizes, blocks = self._sizes, self._sizes.hidden // BLOCK_SIZE
        nibbles, scales = self._model.get_blocks("emb.word", sizes.vocabulary, blocks)
        packed = self._add("Gather", self._constant("word.nibbles", nibbles), INPUT_NAME)
        scale = self._add("Gather", self._constant("word.scales", scales), INPUT_NAME)
        low = self._add("BitwiseAnd", packed, self._constant("low bits", np.uint8(15)))
        high = self._add("BitShift", packed, self._constant("four", np.uint8(4)), direction="RIGHT")
        weights = self._add("Cast", self._add("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
        centred = self._add("Sub", weights, self._constant("eight", np.float32(8)))
        words = self._add("Mul", centred, self._add("Cast", scale, to=TensorProto.FLOAT))
        words = self._add("Reshape", words, self._constant("word shape", np.array([0, 0, sizes.hidden])))
        table = self._model.get_floats("emb.pos").reshape(sizes.max_tokens, sizes.hidden)
        table = table + self._model.get_floats("emb.type")[: sizes.hidden]  # every token is of the first type
        length = self._add("Shape", INPUT_NAME, start=1, end=2)
        zero = self._constant("zero", np.array([0]))
        positions = self._add("Slice", self._constant("positions", table), zero, length, zero)
        return self._add_norm(self._add("Add", words, positions), "emb.ln")

    def add_layer(self, hidden: str, layer: str) -> str:
        """Adds one layer: attention, then the inner matrices, each with its residual and norm."""
        sizes = self._sizes
        attended = self._add_matrix(self._add_attention(hidden, layer), f"{layer}ao", sizes.hidden)
        hidden = self._add_norm(self._add("Add", hidden, attended), f"{layer}aln")
        inner = self._add("Gelu", self._add_matrix(hidden, f"{layer}fi", sizes.inner))
        outer = self._add_matrix(inner, f"{layer}fo", sizes.hidden)
        return self._add_norm(self._add("Add", hidden, outer), f"{layer}oln")

    def finish(self, hidden: str) -> ModelProto:
        """Adds the mean over all tokens and returns the whole graph."""
        mean = self._add("ReduceMean", hidden, self._constant("token axis", np.array([1])), keepdims=0)
        self._nodes.append(helper.make_node("Identity", [mean], [OUTPUT_NAME]))
        self._nodes.append(helper.make_node("Identity", [hidden], [TOKENS_NAME]))
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info(INPUT_NAME, TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, [1, self._sizes.hidden]),
                helper.make_tensor_value_info(TOKENS_NAME, TensorProto.FLOAT, [1, "tokens", self._sizes.hidden]),
            ],
            list(self._constants.values()),
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)

    def _add_attention(self, hidden: str, layer: str) -> str:
        heads, size = self._sizes.heads, self._sizes.hidden // self._sizes.heads
        split = self._constant("heads shape", np.array([0, 0, heads, size]))
        query, key, value = (
            self._add("Reshape", self._add_matrix(hidden, f"{layer}{part}", self._sizes.hidden), split)
            for part in ("q", "k", "v")
        )
        query = self._add("Transpose", query, perm=[0, 2, 1, 3])
        key = self._add("Transpose", key, perm=[0, 2, 3, 1])
        value = self._add("Transpose", value, perm=[0, 2, 1, 3])
        scale = self._constant("attention scale", np.float32(1 / math.sqrt(size)))
        weights = self._add("Softmax", self._add("Mul", self._add("MatMul", query, key), scale), axis=-1)
        joined = self._add("Transpose", self._add("MatMul", weights, value), perm=[0, 2, 1, 3])
        return self._add("Reshape", joined, self._constant("word shape", np.array([0, 0, self._sizes.hidden])))

    def _add_matrix(self, hidden: str, name: str, outputs: int) -> str:
        """Adds `hidden` times a matrix plus its bias, in 8-bit integers: ONNX Runtime fuses these nodes into one."""
        matrix = self._model.unpack_matrix(f"{name}.w", outputs).T
        scales = np.abs(matrix).max(axis=0) / _LARGEST
        integers = np.rint(matrix / scales).astype(np.int8)
        quantized = f"{hidden} quantized"
        if not any(quantized in node.output for node in self._nodes):  # query, key and value share their input
            outputs_of = [quantized, f"{hidden} scale", f"{hidden} zero"]
            self._nodes.append(helper.make_node("DynamicQuantizeLinear", [hidden], outputs_of))
        product = self._add("MatMulInteger", quantized, self._constant(f"{name}.w", integers), f"{hidden} zero")
        scale = self._add("Mul", f"{hidden} scale", self._constant(f"{name}.scales", scales))
        scaled = self._add("Mul", self._add("Cast", product, to=TensorProto.FLOAT), scale)
        return self._add("Add", scaled, self._constant(f"{name}.b", self._model.get_floats(f"{name}.b")))

    def _add_norm(self, hidden: str, name: str) -> str:
        weight, bias = (self._constant(f"{name}.{part}", self._model.get_floats(f"{name}.{part}")) for part in "wb")
        return self._add("LayerNormalization", hidden, weight, bias, axis=-1, epsilon=self._sizes.epsilon)

    def _add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"{operation} {len(self._nodes)}"
        self._nodes.append(helper.make_node(operation, inputs, [name], **attributes))
        return name

    def _constant(self, name: str, value: ArrayLike) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name
