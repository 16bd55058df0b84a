"""Writes the models of the benchmarks: 16 numbers in, a network, label and probabilities out. wide16.onnx is so small that
reading the table takes longer; deep16.onnx makes the model itself the work.

/usr/bin/python3 testing/models/make-model.py   (Debian: python3-onnx, python3-numpy)
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

FEATURES, CLASSES = 16, 3
random = np.random.default_rng(16)


def weights(name, *shape):
    values = random.normal(0, 1 / np.sqrt(shape[0]), shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


def write(name, hidden):
    widths = [FEATURES, *hidden]
    nodes, values, last = [], [], "features"
    for layer, (taken, given) in enumerate(zip(widths, hidden), start=1):
        values += [weights(f"w{layer}", taken, given), weights(f"b{layer}", given)]
        nodes += [
            helper.make_node("Gemm", [last, f"w{layer}", f"b{layer}"], [f"h{layer}"]),
            helper.make_node("Relu", [f"h{layer}"], [f"a{layer}"]),
        ]
        last = f"a{layer}"
    layer = len(hidden) + 1
    values += [weights(f"w{layer}", widths[-1], CLASSES), weights(f"b{layer}", CLASSES)]
    nodes += [
        helper.make_node("Gemm", [last, f"w{layer}", f"b{layer}"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["logits"], ["label"], axis=1, keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", FEATURES])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["rows"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", CLASSES]),
        ],
        values,
    )
    opset = helper.make_opsetid("", 13)
    model = helper.make_model(graph, opset_imports=[opset], producer_name="meshdeck-bench")
    model.ir_version = 8
    checker.check_model(model)
    Path(__file__).with_name(f"{name}.onnx").write_bytes(model.SerializeToString())


write("wide16", [32])
write("deep16", [192, 192])
