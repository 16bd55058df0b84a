"""Writes noop.onnx, the no-op of the dispatch benchmark: one number in, the same number out.

/usr/bin/python3 testing/models/make-noop.py   (Debian: python3-onnx)
"""

from pathlib import Path

from onnx import TensorProto, checker, helper

graph = helper.make_graph(
    [helper.make_node("Identity", ["x"], ["y"])],
    "noop",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 1])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 1])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="meshdeck-bench")
model.ir_version = 8
checker.check_model(model)
Path(__file__).with_name("noop.onnx").write_bytes(model.SerializeToString())
