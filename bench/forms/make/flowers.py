"""One classifier of four columns and three classes, that many forms share, with its rows worked out by numpy."""
import numpy as np

from corpus import const, csv, ml, node, softmax

W = np.array([[0.5, 1.25, -2.0, -0.75], [0.5, -0.5, 0.25, -1.0], [-1.0, -1.0, 1.5, 2.0]])
B = np.array([0.5, 1.0, -2.5])
X = np.array([[5.125, 3.5, 1.5, 0.25], [4.75, 3.0, 1.25, 0.25], [6.5, 3.25, 4.5, 1.5], [5.75, 2.75, 4.0, 1.25],
              [6.25, 3.25, 6.0, 2.5]])
Z = X @ W.T + B
P = softmax(Z)
BEST = P.argmax(axis=1)
NAMES = ['setosa', 'versicolor', 'virginica']
COLUMNS = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width']
TABLE = csv(COLUMNS, X)
FLAT = [float(v) for v in W.flatten()]
CONSTANTS = [const('W', W), const('B', B)]


def classifier(label='label', scores='probabilities', x='float_input', post='SOFTMAX', **labels):
    labels = labels or {'classlabels_ints': [0, 1, 2]}
    return ml('LinearClassifier', x, [label, scores], coefficients=FLAT, intercepts=[float(b) for b in B],
              multi_class=1, post_transform=post, **labels)


def gemm(x='x', out='z'):
    return node('Gemm', [x, 'W', 'B'], out, transB=1)


def softmax_of(names=range(3)):
    """The columns of a result whose classes are called `names`."""
    named = {f'probability_{name}': list(P[:, k]) for k, name in enumerate(names)}
    predicted = [list(names)[k] for k in BEST]
    return {'prediction': predicted, **named}
