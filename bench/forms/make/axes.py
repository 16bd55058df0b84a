"""Which axis of an output holds the rows."""
import numpy as np

import sources as s
from corpus import build, columns, const, csv, linear, node, sigmoid, softmax, tensor

RNG = np.random.default_rng(2)
UV = np.array([[2, -1], [-1, 1], [0.5, 0.5], [-2, -2], [3, 3]])
W = np.array([[1.5, -1.0], [-0.5, 1.0], [0.25, 0.75]])
IN = [('x', 'FLOAT', ['N', 2])]


def pairs(labels):
    """skl2onnx's MultiOutputClassifier before 1.10: probabilities [labels, N, 2]."""
    w = W[:labels]
    nodes = [node('MatMul', ['X', 'W'], 'z'), node('Sigmoid', 'z', 'p'), node('Sub', ['one', 'p'], 'q'), node('Transpose', 'p', 'pt', perm=[1, 0]), node('Transpose', 'q', 'qt', perm=[1, 0]),
             node('Unsqueeze', ['pt', 'last'], 'pu'), node('Unsqueeze', ['qt', 'last'], 'qu'), node('Concat', ['qu', 'pu'], 'probabilities', axis=2), node('Greater', ['p', 'half'], 'g'), node('Cast', 'g', 'label', to=7)]
    return build(nodes, [('X', 'FLOAT', [None, 2])], [('label', 'INT64', [None, labels]), ('probabilities', 'FLOAT', [labels, None, 2])],
                 constants=[const('W', w.T), const('one', 1), const('half', 0.5), const('last', [2], np.int64)], producer='skl2onnx')


def pairs_of(x, labels):
    p = sigmoid(x @ W[:labels].T)
    flat = np.stack([1 - p, p], axis=2).reshape(len(x), -1)
    return columns('prediction_label', (p > 0.5).astype(int)) | columns('prediction_probabilities', flat)


def write(corpus):
    def case(name, model, table, why, value, source=s.BATCH_AXIS, **more):
        if isinstance(model, bytes):
            model = corpus.model(f'axes-{name}', model)
        corpus.case(f'axes/{name}', model, table, source, why, value, **more)

    uv = lambda rows=UV: csv(['u', 'v'], rows)
    for rows, name in ((UV, 'labels-first'), (UV[:3], 'labels-first-as-many-rows'), (UV[:1], 'labels-first-one-row'), (UV[:2], 'labels-first-two-rows')):
        model = corpus.model('axes-labels-first', pairs(3))
        case(name, model, uv(rows), f'[3, N, 2] with {len(rows)} rows.', pairs_of(rows, 3))
    case('two-labels-two-rows', corpus.model('axes-two-labels', pairs(2)), uv(UV[:2]), '[2, N, 2] with two rows: every axis is 2.', pairs_of(UV[:2], 2))
    z = UV @ W.T
    transposed = lambda dims: build([node('Transpose', 'x', 'xt', perm=[1, 0]), node('MatMul', ['W', 'xt'], 'y')], IN, [('y', 'FLOAT', dims)], constants=[const('W', W)])
    for rows, name in ((UV, 'transposed'), (UV[:3], 'transposed-as-many-rows')):
        case(name, corpus.model('axes-transposed', transposed([3, 'N'])), uv(rows), '[3, N]: each row of the output is one value of all rows.', columns('prediction', rows @ W.T), refuse=r'\by\b|axis|batch')
    case('transposed-open-sizes', transposed([None, None]), uv(UV[:3]), '[?, ?] with three rows and three values.', columns('prediction', UV[:3] @ W.T), refuse=r'\by\b|axis|batch')
    # Recurrent networks: time first, layers first.
    steps, hidden = 3, 2
    series = RNG.integers(-8, 9, size=(4, steps)) / 8
    wi, wr = RNG.integers(-8, 9, size=(1, hidden, 1)) / 8, RNG.integers(-8, 9, size=(1, hidden, hidden)) / 8
    h, states = np.zeros((4, hidden)), []
    for t in range(steps):
        h = np.tanh(series[:, t:t + 1] @ wi[0].T + h @ wr[0].T)
        states.append(h)
    names = [f'v{k}' for k in range(steps)]
    weights = [const('wi', wi), const('wr', wr), const('front', [0], np.int64), const('axis1', [1], np.int64)]
    rnn = lambda outputs: node('RNN', ['t', 'wi', 'wr'], outputs, hidden_size=hidden)
    time_major = node('Transpose', 'x', 't', perm=[1, 0, 2])
    batch_first = [('x', 'FLOAT', ['batch', steps, 1])]
    case('h-n-layers-first', build([time_major, rnn(['', 'hn'])], batch_first, [('hn', 'FLOAT', [1, 'batch', hidden])], constants=weights), csv(names, series),
         'h_n is [layers, batch, hidden] even where the input is batch first.', columns('prediction', h))
    case('h-n-one-row', 'axes-h-n-layers-first', csv(names, series[:1]), 'The same with one row.', columns('prediction', h[:1]))
    case('h-n-two-rows', 'axes-h-n-layers-first', csv(names, series[:2]), 'The same with two rows, as many as hidden values.', columns('prediction', h[:2]))
    case('output-and-h-n', build([time_major, rnn(['o', 'hn']), node('Squeeze', ['hn', 'front'], 'h'), node('Gemm', ['h', 'v'], 'y')], batch_first, [('y', 'FLOAT', ['batch', 1]), ('hn', 'FLOAT', [1, 'batch', hidden])],
         constants=[*weights, const('v', [[1.0], [2.0]])]), csv(names, series), 'A prediction beside the hidden state.', [{'prediction': h @ [1, 2]}, {'prediction_y': h @ [1, 2]}])
    case('time-major-output', build([time_major, rnn(['o', '']), node('Squeeze', ['o', 'axis1'], 'y')], batch_first, [('y', 'FLOAT', [steps, 'batch', hidden])], constants=weights), csv(names, series),
         'batch_first=False on the way out: [steps, batch, hidden].', columns('prediction', np.stack(states, axis=1).reshape(4, -1)), refuse=r'\by\b|axis|batch')
    case('time-major-as-many-rows', 'axes-time-major-output', csv(names, series[:3]), 'The same with as many rows as steps.', columns('prediction', np.stack(states, axis=1).reshape(4, -1)[:3]), refuse=r'\by\b|axis|batch')
    case('time-major-input', build([rnn(['', 'hn']), node('Squeeze', ['hn', 'front'], 'y')], [('t', 'FLOAT', [steps, 'batch', 1])], [('y', 'FLOAT', ['batch', hidden])], constants=weights), csv(names, series),
         'batch_first=False on the way in: [steps, batch, 1].', columns('prediction', h), refuse=r'\bt\b|axis|batch')
    # Batches that are baked in, or mixed.
    one = [const('w', [[1.0], [10.0]])]
    case('baked-reshape', build([node('Reshape', ['x', 'shape'], 'r'), node('MatMul', ['r', 'w'], 'y')], IN, [('y', 'FLOAT', ['N', 1])], constants=[*one, const('shape', [1, 2], np.int64)]), uv(),
         'view(1, -1) in the model: it takes one row, whatever its input says.', {'prediction': UV @ [1, 10]}, s.BAKED_BATCH, refuse='one row|batch|reshape')
    flat = [node('Reshape', ['x', 'shape'], 'r'), node('MatMul', ['r', 'w4'], 'y')]
    case('reshape-mixes-rows', build(flat, IN, [('y', 'FLOAT', ['M', 1])], constants=[const('w4', [[1.0], [10.0], [100.0], [1000.0]]), const('shape', [-1, 4], np.int64)]), uv(UV[:4]),
         'Two rows become one: no row of the result belongs to one of the table.', None, s.BAKED_BATCH, refuse=r'\by\b|row|batch')
    case('mean-over-batch', build([node('MatMul', ['x', 'w'], 'm'), node('ReduceMean', 'm', 'y', axes=[0])], IN, [('y', 'FLOAT', [1, 1])], constants=one), uv(), 'One value for the whole batch.', None, s.BAKED_BATCH,
         refuse=r'\by\b|row|batch')
    case('rows-times-steps', build([node('Reshape', ['x', 'shape'], 'y')], IN, [('y', 'FLOAT', ['M', 1])], constants=[const('shape', [-1, 1], np.int64)]), uv(), 'Two rows of the output for each row of the table.',
         columns('prediction', UV), s.BAKED_BATCH, refuse=r'\by\b|row|batch|echo')
    case('detections', build([node('MatMul', ['x', 'w'], 's'), node('Greater', ['s', 'zero'], 'g'), node('NonZero', 'g', 'boxes')], IN,
         [('boxes', 'INT64', [2, 'found'])], constants=[*one, const('zero', 0)]), uv(), 'As many columns as were found.', None, s.LANDMARKS, refuse='boxes')
    case('batch-of-one', build([node('MatMul', ['x', 'w'], 'y')], [('x', 'FLOAT', [1, 2])], [('y', 'FLOAT', [1, 1])], constants=one), uv(), 'One row at a time.', {'prediction': UV @ [1, 10]}, s.BAKED_BATCH)
    case('batch-of-four', build([node('MatMul', ['x', 'w'], 'y')], [('x', 'FLOAT', [4, 2])], [('y', 'FLOAT', [4, 1])], constants=one), uv(), 'Four at a time, and five rows.', {'prediction': UV @ [1, 10]}, s.BAKED_BATCH)
    case('no-batch-axis', build([node('MatMul', ['x', 'v'], 'y')], [('x', 'FLOAT', [2])], [('y', 'FLOAT', [])], constants=[const('v', [1.0, 10.0])]), uv(), 'A vector in, a number out.', {'prediction': UV @ [1, 10]}, s.BAKED_BATCH)
    case('output-three-axes', build([node('MatMul', ['x', 'w'], 'm'), node('Unsqueeze', ['m', 'last'], 'y')], IN, [('y', 'FLOAT', ['N', 1, 1])], constants=[*one, const('last', [2], np.int64)]), uv(), '[N, 1, 1].', {'prediction': UV @ [1, 10]})
    baked_lstm = build([time_major, node('RNN', ['t', 'wi', 'wr', '', '', 'h0'], ['', 'hn'], hidden_size=hidden), node('Squeeze', ['hn', 'front'], 'y')], batch_first, [('y', 'FLOAT', ['batch', hidden])],
                       constants=[*weights, const('h0', np.zeros((1, 1, hidden)))])
    case('baked-first-state', baked_lstm, csv(names, series), 'The first state was traced for a batch of one.', columns('prediction', h), s.BAKED_BATCH, refuse='one row|batch')
