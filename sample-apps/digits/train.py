#!/usr/bin/python3
"""Trains the digits sample: scikit-learn's bundled handwritten digits, a small neural network, exported to ONNX.

Run with a Python that has scikit-learn and onnx (Debian: python3-sklearn python3-onnx). Writes, beside this file:
  digits.onnx          the model, in the form skl2onnx gives a scaled MLPClassifier: label and ZipMap probabilities
  digits-holdout.csv   images the model has not seen: id, 64 pixels from 0 to 16, the true label
  digits-expected.csv  scikit-learn's own prediction for each of them
The numbers are the same at every run on the same versions of the libraries.
"""
import csv
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEED = 20
here = pathlib.Path(__file__).parent
ML = "ai.onnx.ml"
# How a picture becomes a row: gray from 0 to 255 is ink from 0 to 16, in whole numbers as the model has learnt them.
PICTURES = {"width": 8, "height": 8, "channels": "gray", "layout": "flat", "scale": "16/255", "round": True}


def train():
    digits = load_digits()
    rows = np.arange(len(digits.target))
    train_rows, test_rows = train_test_split(rows, test_size=0.25, random_state=SEED, stratify=digits.target)
    model = make_pipeline(
        StandardScaler(), MLPClassifier(hidden_layer_sizes=(48,), alpha=0.05, max_iter=400, random_state=SEED)
    )
    model.fit(digits.data[train_rows], digits.target[train_rows])
    return digits, model, np.sort(test_rows)


def export(model, names):
    scaler, network = model[0], model[1]
    # Pixels that never vary have deviation 0; scikit-learn divides by 1 then, and says so in scale_.
    constants = {"classes": network.classes_.astype(np.int64), "flat": np.array([-1], dtype=np.int64)}
    nodes = [
        helper.make_node(
            "Scaler", ["pixels"], ["layer0"], domain=ML, offset=scaler.mean_, scale=1.0 / scaler.scale_
        )
    ]
    last = len(network.coefs_) - 1
    for layer, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
        constants[f"weights{layer}"] = weights.astype(np.float32)
        constants[f"bias{layer}"] = bias.astype(np.float32)
        summed = "scores" if layer == last else f"sum{layer}"
        nodes.append(helper.make_node("Gemm", [f"layer{layer}", f"weights{layer}", f"bias{layer}"], [summed]))
        if layer < last:
            nodes.append(helper.make_node("Relu", [summed], [f"layer{layer + 1}"]))
    nodes += [
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["probabilities"], ["best"], axis=1, keepdims=0),
        helper.make_node("ArrayFeatureExtractor", ["classes", "best"], ["picked"], domain=ML),
        helper.make_node("Reshape", ["picked", "flat"], ["output_label"]),
        helper.make_node(
            "ZipMap",
            ["probabilities"],
            ["output_probability"],
            domain=ML,
            classlabels_int64s=network.classes_.tolist(),
        ),
    ]
    maps = onnx.TypeProto()
    maps.map_type.key_type = TensorProto.INT64
    maps.map_type.value_type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [None, 64])],
        [
            helper.make_tensor_value_info("output_label", TensorProto.INT64, [None]),
            helper.make_value_info("output_probability", helper.make_sequence_type_proto(maps)),
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    exported = helper.make_model(
        graph,
        producer_name="meshdeck-digits",
        opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid(ML, 1)],
    )
    exported.ir_version = 7
    helper.set_model_props(exported, {"feature_names": ",".join(names), "pictures": json.dumps(PICTURES)})
    onnx.checker.check_model(exported)
    onnx.save(exported, str(here / "digits.onnx"))


def write(file, header, rows):
    with open(here / file, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    digits, model, test_rows = train()
    names = [f"pixel_{y}_{x}" for y in range(8) for x in range(8)]
    export(model, names)
    images, labels = digits.data[test_rows], digits.target[test_rows]
    predictions = model.predict(images)
    best = model.predict_proba(images).max(axis=1)
    write(
        "digits-holdout.csv",
        ["id", *names, "label"],
        [[row, *map(int, image), label] for row, image, label in zip(test_rows, images, labels)],
    )
    write(
        "digits-expected.csv",
        ["id", "prediction", "probability"],
        [[row, label, f"{p:.6f}"] for row, label, p in zip(test_rows, predictions, best)],
    )
    print(f"accuracy {np.mean(predictions == labels):.4f} on {len(labels)} images the model has not seen")


if __name__ == "__main__":
    main()
