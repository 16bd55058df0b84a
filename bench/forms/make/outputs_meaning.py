"""What an output means where no exporter's habit tells: the graph does, or the value stays as it is."""
import numpy as np

import sources as s
from corpus import build, columns, const, csv, linear, matrix_linear, named_linear, node, sigmoid, softmax
from flowers import B, BEST, COLUMNS, CONSTANTS, NAMES, P, TABLE, W, X, Z, classifier, gemm, softmax_of

IN = [('x', 'FLOAT', ['N', 4])]
OUT3 = [('y', 'FLOAT', ['N', 3])]
RAW = columns('prediction', Z)
SOURCE_SOFTMAX = s.TRIBUO
RNG = np.random.default_rng(20)


def eighths(*shape):
    """Numbers that floats hold exactly."""
    return RNG.integers(-16, 17, size=shape) / 8


def write(corpus):
    def case(name, model, why, value, source, table=TABLE, **more):
        corpus.case(f'outputs/{name}', corpus.model(name, model), table, source, why, value, **more)

    def ends(*nodes, outputs=OUT3, constants=(), **more):
        return build([gemm(), *nodes], IN, outputs, constants=[*CONSTANTS, *constants], **more)

    row = const('row', [-1, 3], np.int64)
    case('softmax-then-identity', ends(node('Softmax', 'z', 'p', axis=-1), node('Identity', 'p', 'y')), 'Identity changes nothing.', softmax_of(), SOURCE_SOFTMAX)
    case('softmax-then-reshape', ends(node('Softmax', 'z', 'p', axis=-1), node('Reshape', ['p', 'row'], 'y'), constants=[row]), 'Nor does a reshape to the same rows.', softmax_of(), SOURCE_SOFTMAX)
    case('softmax-then-double', ends(node('Softmax', 'z', 'p', axis=-1), node('Cast', 'p', 'y', to=11), outputs=[('y', 'DOUBLE', ['N', 3])]), 'Probabilities as doubles.', softmax_of(), SOURCE_SOFTMAX)
    case('softmax-opset-11', ends(node('Softmax', 'z', 'y'), opset=11), 'Without an axis, opset 11 means 1.', softmax_of(), SOURCE_SOFTMAX)
    case('log-softmax', ends(node('LogSoftmax', 'z', 'y', axis=1)), 'LogSoftmax is classes, its values are logarithms.', [softmax_of(), {'prediction': BEST}], SOURCE_SOFTMAX)
    case('softmax-two-classes', build([node('Gemm', ['x', 'W', 'B'], 'z', transB=1), node('Softmax', 'z', 'y', axis=1)], IN, [('y', 'FLOAT', ['N', 2])], constants=[const('W', W[:2]), const('B', B[:2])]),
         'Two classes.', {'prediction': softmax(Z[:, :2]).argmax(axis=1), **columns('probability', softmax(Z[:, :2]))}, SOURCE_SOFTMAX)
    case('softmax-and-argmax', ends(node('Softmax', 'z', 'y', axis=1), node('ArgMax', 'y', 'k', axis=1, keepdims=0), outputs=[*OUT3, ('k', 'INT64', ['N'])]), 'Probabilities first, then which is the largest.',
         [{'prediction': BEST}, {'prediction_k': BEST}], SOURCE_SOFTMAX)
    case('argmax-only', ends(node('ArgMax', 'z', 'k', axis=1, keepdims=0), outputs=[('k', 'INT64', ['N'])]), 'A model that gives the class alone.', {'prediction': BEST}, SOURCE_SOFTMAX)
    case('argmax-keepdims', ends(node('ArgMax', 'z', 'k', axis=1), outputs=[('k', 'INT64', ['N', 1])]), 'The same as a column.', {'prediction': BEST}, SOURCE_SOFTMAX)
    # Values that only look like classes.
    for name in ('logits', 'scores', 'labels', 'classes', 'probs'):
        case(f'named-{name}', ends(node('Identity', 'z', name), outputs=[(name, 'FLOAT', ['N', 3])]), f'A name, {name}, is no evidence of classes.', RAW, s.FORECAST, absent='^probability_')
    positive = abs(Z) + 1
    shares = positive / positive.sum(axis=1, keepdims=True)
    case('shares-that-sum-to-one', ends(node('Abs', 'z', 'a'), node('Add', ['a', 'one'], 'b'), node('ReduceSum', ['b', 'axis'], 's', keepdims=1), node('Div', ['b', 's'], 'y'),
                                        constants=[const('one', 1), const('axis', [1], np.int64)]),
         'Sand, silt and clay: rows that sum to 1 are shares, no classes.', columns('prediction', shares), s.SIGMOID)
    case('multi-label-sigmoid', ends(node('Sigmoid', 'z', 'y')), 'Three sigmoids are three values, each of its own.', columns('prediction', sigmoid(Z)), s.SIGMOID)
    first = [const('w', W[0][:, None]), const('b', B[:1])]
    one = lambda last, meta=None, more=(), outputs=(('y', 'FLOAT', ['N', 1]),): build([node('Gemm', ['x', 'w', 'b'], 'z'), node(*last), *more], IN, list(outputs), constants=[*first, const('half', 0.5)], meta=meta)
    case('lone-sigmoid', one(('Sigmoid', 'z', 'y')), 'A share between 0 and 1 stays a share.', {'prediction': sigmoid(Z[:, 0])}, s.SIGMOID)
    case('lone-hard-sigmoid', one(('HardSigmoid', 'z', 'y')), 'HardSigmoid likewise.', {'prediction': np.clip(0.2 * Z[:, 0] + 0.5, 0, 1)}, s.SIGMOID)
    case('lone-tanh', one(('Tanh', 'z', 'y')), 'Tanh likewise.', {'prediction': np.tanh(Z[:, 0])}, s.SIGMOID)
    p = sigmoid(Z[:, 0])
    yes = ['yes' if v >= 0.5 else 'no' for v in p]
    case('sigmoid-with-class-names', one(('Sigmoid', 'z', 'y'), {'class_names': '["no", "yes"]'}), 'Two names for one sigmoid: the second is its class.',
         {'prediction': yes, 'probability_no': 1 - p, 'probability_yes': p}, s.YOLO)
    label = (node('Greater', ['y', 'half'], 'g'), node('Cast', 'g', 'label', to=7))
    case('sigmoid-with-label', one(('Sigmoid', 'z', 'y'), None, label, (('label', 'INT64', ['N', 1]), ('y', 'FLOAT', ['N', 1]))), 'A label beside its probability.',
         [{'prediction': (p > 0.5).astype(int)}, {'prediction_label': (p > 0.5).astype(int)}], s.SIGMOID)
    # Softmax inside.
    attention = build([node('Gemm', ['x', 'w', 'b'], 'z', transB=1), node('Softmax', 'z', 'a', axis=1), node('Mul', ['a', 'x'], 'm'), node('MatMul', ['m', 'v'], 'y')], IN, [('y', 'FLOAT', ['N', 2])],
                      constants=[const('w', np.vstack([W, W[0]])), const('b', [0.5, 1, -2.5, 0.5]), const('v', np.arange(8).reshape(4, 2) / 4)])
    weights = softmax(X @ np.vstack([W, W[0]]).T + [0.5, 1, -2.5, 0.5])
    case('attention-inside', attention, 'A Softmax in the middle makes no classes.', columns('prediction', (weights * X) @ (np.arange(8).reshape(4, 2) / 4)), s.FORECAST)
    case('expected-value-of-softmax', ends(node('Softmax', 'z', 'p', axis=1), node('MatMul', ['p', 'ages'], 'y'), outputs=[('y', 'FLOAT', ['N', 1])], constants=[const('ages', [[10], [30], [50]])]),
         'An age as the mean over classes is one number.', {'prediction': P @ [10, 30, 50]}, s.FORECAST)
    count = np.floor(abs(Z[:, 0])).astype(int)
    case('integer-regression', ends(node('Abs', 'z', 'a'), node('Floor', 'a', 'f'), node('Cast', 'f', 'i', to=7), node('Slice', ['i', 'from', 'to', 'axis'], 'count'), outputs=[('count', 'INT64', ['N', 1])],
                                    constants=[const('from', [0], np.int64), const('to', [1], np.int64), const('axis', [1], np.int64)]), 'A count.', {'prediction': count}, s.FORECAST)
    # Forecasts, landmarks, reconstructions.
    w = eighths(8, 3)
    series = eighths(4, 8)
    names = [f'v{k}' for k in range(8)]
    flat = node('Flatten', 'x', 'f')
    horizon = build([flat, node('MatMul', ['f', 'w'], 'output')], [('x', 'FLOAT', ['batch', 2, 4])], [('output', 'FLOAT', ['batch', 3])], constants=[const('w', w)])
    case('forecast-horizon-3', horizon, 'Two variables, four steps, three steps ahead.', columns('prediction', series @ w), s.FORECAST, table=csv(names, series))
    gru = build([node('Unsqueeze', ['x', 'last'], 'u'), node('Conv', ['u', 'k'], 'c'), node('Transpose', 'c', 'y', perm=[0, 2, 1])], [('x', 'FLOAT', ['batch', 8])], [('y', 'FLOAT', ['batch', 6, 1])],
                constants=[const('last', [1], np.int64), const('k', [[[0.25, 0.5, 0.25]]])])
    smooth = 0.25 * series[:, :-2] + 0.5 * series[:, 1:-1] + 0.25 * series[:, 2:]
    case('forecast-by-convolution', gru, '[N, H, 1]: one value for each step.', columns('prediction', smooth), s.FORECAST, table=csv(names, series))
    shape = const('shape', [-1, 3, 1, 1], np.int64)
    darts = build([flat, node('MatMul', ['f', 'w'], 'm'), node('Reshape', ['m', 'shape'], 'output')], [('x', 'FLOAT', ['batch', 8, 1])], [('output', 'FLOAT', ['batch', 3, 1, 1])], constants=[const('w', w), shape], opset=17)
    case('darts-output-four-axes', darts, 'darts: batch, steps, components, parameters.', columns('prediction', series @ w), s.FORECAST, table=csv(names, series))
    quantile = build([flat, node('MatMul', ['f', 'w'], 'm'), node('Reshape', ['m', 'shape'], 'quantiles')], [('x', 'FLOAT', ['batch', 8])], [('quantiles', 'FLOAT', ['batch', 2, 3])],
                     constants=[const('w', np.hstack([w, 2 * w])), const('shape', [-1, 2, 3], np.int64)])
    case('quantiles', quantile, 'Two steps, three quantiles each, in that order.', columns('prediction', series @ np.hstack([w, 2 * w])), s.FORECAST, table=csv(names, series))
    image = eighths(4, 16)
    pixels = [f'pixel{k}' for k in range(16)]
    points = eighths(16, 6)
    landmark = build([flat, node('MatMul', ['f', 'w'], 'output')], [('x', 'FLOAT', ['N', 1, 4, 4])], [('output', 'FLOAT', ['N', 6])], constants=[const('w', points)])
    case('landmarks', landmark, 'Three points from an image: coordinates, no classes.', columns('prediction', image @ points), s.LANDMARKS, table=csv(pixels, image), absent='^probability_')
    mask = build([node('Conv', ['x', 'k'], 'y', pads=[1, 1, 1, 1])], [('x', 'FLOAT', ['N', 1, 4, 4])], [('y', 'FLOAT', ['N', 1, 4, 4])], constants=[const('k', np.array([[[[0, 0, 0], [0, 2, 0], [0, 0, 0]]]]))])
    case('image-out', mask, 'An image comes out: a value for each pixel.', columns('prediction', 2 * image), s.LANDMARKS, table=csv(pixels, image))
    case('autoencoder', build([node('Relu', 'x', 'h'), node('MatMul', ['h', 'w'], 'decoded')], IN, [('decoded', 'FLOAT', ['N', 4])], constants=[const('w', np.eye(4) * 0.5)]),
         'As wide as the input, worked out from it, so no echo.', columns('prediction', X * 0.5), s.FORECAST)
    case('residual', build([gemm('x', 'z'), node('Add', ['z', 'x'], 'y')], IN, [('y', 'FLOAT', ['N', 4])], constants=[const('W', np.eye(4) * 2), const('B', [1, 0, 0, 0])]),
         'x + f(x) is no echo.', columns('prediction', 3 * X + [1, 0, 0, 0]), s.FORECAST)
    # Echoes beside predictions.
    score = node('Gemm', ['x', 'w', 'b'], 'score')
    echo = lambda *nodes, out: build([score, *nodes], [*IN, ('customer_id', 'INT64', ['N', 1])], [out, ('score', 'FLOAT', ['N', 1])], constants=first)
    with_id = csv(['customer_id', *COLUMNS], [[9007199254740993 + k, *r] for k, r in enumerate(X)])
    answer = [{'customer_id': [str(9007199254740993 + k) for k in range(5)], name: Z[:, 0]} for name in ('prediction', 'prediction_score')]
    case('id-passed-through', echo(node('Identity', 'customer_id', 'id_out'), out=('id_out', 'INT64', ['N', 1])), 'An id that passes through comes first and is no prediction.', answer, s.MLNET, table=with_id)
    case('id-cast-through', echo(node('Cast', 'customer_id', 'id_out', to=1), out=('id_out', 'FLOAT', ['N', 1])), 'The same, cast to float.', answer, s.MLNET, table=with_id)
    flat_id = [node('Flatten', 'customer_id', 'f'), node('Reshape', ['f', 'flat'], 'id_out')]
    flattened = build([score, *flat_id], [*IN, ('customer_id', 'INT64', ['N', 1])], [('id_out', 'INT64', ['N']), ('score', 'FLOAT', ['N', 1])],
                      constants=[*first, const('flat', [-1], np.int64)])
    case('id-flattened-through', flattened, 'The same, flattened.', answer, s.MLNET, table=with_id)
    case('id-missing-from-table', echo(node('Neg', 'customer_id', 'id_out'), out=('id_out', 'INT64', ['N', 1])), 'An input whose output is worked out is needed.', None, s.MLNET, refuse='customer_id')
    case('nothing-but-echo', build([node('Identity', 'x', 'y')], IN, [('y', 'FLOAT', ['N', 4])]), 'A model that gives back what it takes.', columns('prediction', X), s.MLNET, refuse='echo|gives back|same values|nothing|unchanged')
    # Several outputs.
    classes = build([gemm(), node('Softmax', 'z', 'p', axis=1), node('ArgMax', 'p', 'label', axis=1, keepdims=0), node('Identity', 'names', 'classes')], IN,
                    [('classes', 'STRING', [3]), ('label', 'INT64', ['N']), ('p', 'FLOAT', ['N', 3])], constants=[*CONSTANTS, const('names', NAMES, object)])
    case('constant-class-list', classes, 'A list of the classes has as many entries as this table has rows, and is none of them.',
         [{'prediction': list(BEST[2:])}, {'prediction_label': list(BEST[2:])}, {'prediction': [NAMES[k] for k in BEST[2:]]}], 'onnx/sklearn-onnx#776 (class labels as a third output)', table=csv(COLUMNS, X[2:]))
    loss = build([score, node('ReduceMean', 'score', 'loss', keepdims=0)], IN, [('loss', 'FLOAT', []), ('score', 'FLOAT', ['N', 1])], constants=first)
    case('loss-beside-score', loss, 'A mean over the batch belongs to no row.', [{'prediction': Z[:, 0]}, {'prediction_score': Z[:, 0]}], s.FORECAST, says='loss')
    vae = build([node('Gemm', ['x', 'W', 'B'], 'mu', transB=1), node('Neg', 'mu', 'logvar')], IN, [('mu', 'FLOAT', ['N', 3]), ('logvar', 'FLOAT', ['N', 3])], constants=CONSTANTS)
    case('two-vectors', vae, 'Mean and logarithm of a variance.', columns('prediction_mu', Z) | columns('prediction_logvar', -Z), s.FORECAST)
    order = np.argsort(-Z, axis=1)[:, :2]
    top = build([gemm(), node('TopK', ['z', 'k'], ['values', 'indices'])], IN, [('values', 'FLOAT', ['N', 2]), ('indices', 'INT64', ['N', 2])], constants=[*CONSTANTS, const('k', [2], np.int64)])
    case('top-k', top, 'The two largest values and where they stand.', columns('prediction_values', np.take_along_axis(Z, order, 1)) | columns('prediction_indices', order), s.FORECAST)
    heads = build([gemm(), node('Softmax', 'z', 'species', axis=1), node('Gemm', ['x', 'V', 'C'], 'v', transB=1), node('Softmax', 'v', 'colour', axis=1)], IN, [('species', 'FLOAT', ['N', 3]), ('colour', 'FLOAT', ['N', 2])],
                  constants=[*CONSTANTS, const('V', W[1:]), const('C', B[1:])])
    colour = softmax(X @ W[1:].T + B[1:])
    case('two-heads', heads, 'Two Softmax heads.', [{'prediction_species': BEST, 'prediction_colour': colour.argmax(axis=1)}, columns('prediction_species', P) | columns('prediction_colour', colour)], s.FORECAST)
