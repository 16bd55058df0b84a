"""Writes wide16.onnx, the model of the inference benchmark: 16 numbers in, a small network, label and probabilities out.

/usr/bin/python3 bench/lib/make-model.py   (Debian: python3-onnx, python3-numpy)
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

FEATURES, HIDDEN, CLASSES = 16, 32, 3
random = np.random.default_rng(16)


def weights(name, *shape):
    values = random.normal(0, 1 / np.sqrt(shape[0]), shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


graph = helper.make_graph(
    [
        helper.make_node("Gemm", ["features", "w1", "b1"], ["h1"]),
        helper.make_node("Relu", ["h1"], ["a1"]),
        helper.make_node("Gemm", ["a1", "w2", "b2"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["logits"], ["label"], axis=1, keepdims=0),
    ],
    "wide16",
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", FEATURES])],
    [
        helper.make_tensor_value_info("label", TensorProto.INT64, ["rows"]),
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", CLASSES]),
    ],
    [weights("w1", FEATURES, HIDDEN), weights("b1", HIDDEN), weights("w2", HIDDEN, CLASSES), weights("b2", CLASSES)],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="meshdeck-bench")
model.ir_version = 8
checker.check_model(model)
Path(__file__).with_name("wide16.onnx").write_bytes(model.SerializeToString())
