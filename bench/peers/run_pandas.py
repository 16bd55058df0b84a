"""The inference benchmark's work as a person would write it: read_csv, the model's arithmetic in numpy, to_csv.

/usr/bin/python3 bench/peers/run_pandas.py MODEL.json TABLE.csv OUT.csv   (Debian: python3-pandas, python3-numpy)

Prints one line of JSON: {"seconds", "peakRssBytes"}; the time counts from after the imports.
"""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd

model_path, table_path, out_path = sys.argv[1:4]
with open(model_path, encoding="utf-8") as file:
    model = {
        name: np.array(values, dtype=np.float32) for name, values in json.load(file).items()
    }

started = time.perf_counter()
table = pd.read_csv(table_path)
features = table.to_numpy(dtype=np.float32)
hidden = np.maximum(features @ model["w1"] + model["b1"], 0)
logits = hidden @ model["w2"] + model["b2"]
scores = np.exp(logits - logits.max(axis=1, keepdims=True))
scores /= scores.sum(axis=1, keepdims=True)
table["prediction"] = logits.argmax(axis=1)
for label in range(scores.shape[1]):
    table[f"probability_{label}"] = scores[:, label]
table.to_csv(out_path, index=False)
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peakRssBytes": peak}))
