"""Element types: right, or refused by name."""
import numpy as np
from onnx import TensorProto, TypeProto, helper

import sources as s
from corpus import build, columns, const, csv, linear, maps, ml, node, softmax, tensors

ABC = ['a', 'b', 'c']
X = np.array([[1, 2, 3], [4, 0, 1], [0, 5, 2], [9, 8, 0]])
W = np.array([1.0, 10.0, 100.0])
TABLE = csv(ABC, X)
HALF = s.FLOAT16


def write(corpus):
    def case(name, model, table, why, value, source, **more):
        corpus.case(f'types/{name}', corpus.model(f'types-{name}', model), table, source, why, value, **more)

    def through(kind, shape=('N', 3), out='FLOAT'):
        """Cast to float, multiply, and cast to `out`."""
        nodes = [node('Cast', 'x', 'f', to=1), node('MatMul', ['f', 'w'], 'm'), node('Cast', 'm', 'y', to=getattr(TensorProto, out))]
        return build(nodes, [('x', kind, list(shape))], [('y', out, ['N', 1])], constants=[const('w', W[:, None])])

    right = {'prediction': X @ W}
    # Halves.
    half = const('w', W[:, None] / 100, np.float16)
    case('float16-in-and-out', build([node('MatMul', ['x', 'w'], 'y')], [('x', 'FLOAT16', ['N', 3])], [('y', 'FLOAT16', ['N', 1])], constants=[half]), TABLE, 'A model converted to halves as a whole.',
         {'prediction': [[float(v), round(float(v), 2), round(float(v), 3)] for v in (X.astype(np.float16) @ (W / 100).astype(np.float16))]}, HALF)
    case('float16-input-only', through('FLOAT16'), TABLE, 'Halves in, floats out.', right, HALF)
    case('float16-output-only', through('FLOAT', out='FLOAT16'), TABLE, 'Floats in, halves out.', {'prediction': [float(np.float16(v)) for v in X @ W]}, HALF)
    z = (X @ np.array([[0.5, -0.25], [0.25, 0.5], [-0.5, 0.125]])).astype(np.float32)
    p = softmax(z)
    probabilities = build([node('MatMul', ['x', 'w'], 'z'), node('Softmax', 'z', 'p', axis=1), node('ArgMax', 'p', 'label', axis=1, keepdims=0), node('Cast', 'p', 'probabilities', to=10)], [('x', 'FLOAT', ['N', 3])],
                          [('label', 'INT64', ['N']), ('probabilities', 'FLOAT16', ['N', 2])], constants=[const('w', [[0.5, -0.25], [0.25, 0.5], [-0.5, 0.125]])])
    case('float16-probabilities', probabilities, TABLE, 'Label and halves.', {'prediction': p.argmax(axis=1), **columns('probability', p.astype(np.float16).astype(float))}, HALF)
    case('bfloat16-output', through('FLOAT', out='BFLOAT16'), csv(ABC, [[1, 0, 0], [0, 1, 0]]), 'bfloat16.', {'prediction': [1, 10]}, HALF, refuse='bfloat16')
    case('bfloat16-input', through('BFLOAT16'), TABLE, 'bfloat16.', right, HALF, refuse='bfloat16')
    case('float16-too-large', through('FLOAT16'), csv(ABC, [[70000, 1, 1]]), '70000 is no half: the largest is 65504.', [{'prediction': [['', 'Infinity', 'inf']]}], HALF, refuse='70000|65504|float16|half|line 2')
    # Doubles.
    far = csv(ABC, [[16777217, 0, 0], [16777219, 0, 0]])
    double = build([node('Sub', ['x', 'd'], 'e'), node('MatMul', ['e', 'w'], 'y')], [('x', 'DOUBLE', ['N', 3])], [('y', 'DOUBLE', ['N', 1])], constants=[const('d', [16777216, 0, 0], np.float64), const('w', W[:, None], np.float64)])
    case('double-keeps-digits', double, far, '16777217 is no float.', {'prediction': [1, 3]}, s.KERNEL)
    case('double-without-kernel', build([linear('x', 'y', W)], [('x', 'DOUBLE', ['N', 3])], [('y', 'FLOAT', ['N', 1])]), TABLE, 'LinearRegressor has no kernel for doubles: right all the same, or said so.', right, s.KERNEL, refuse='double|float64|LinearRegressor')
    cos = build([node('Cos', 'x', 'c'), node('ReduceSum', ['c', 'axis'], 'y')], [('x', 'DOUBLE', ['N', 3])], [('y', 'DOUBLE', ['N', 1])], constants=[const('axis', [1], np.int64)])
    case('cos-of-doubles', cos, TABLE, 'Cos with float64.', {'prediction': np.cos(X).sum(axis=1)}, s.KERNEL, refuse='Cos|double|float64')
    # Integers.
    for kind in ('INT8', 'UINT8', 'INT16', 'UINT16', 'INT32', 'UINT32', 'INT64', 'UINT64'):
        case(f'{kind.lower()}-in-and-out', through(kind, out=kind if kind not in ('INT8', 'UINT8') else 'INT32'), csv(ABC, X % 3), f'{kind.lower()}.', {'prediction': (X % 3) @ W}, s.KERNEL)
    floats = csv(ABC, [['1.0', '2.0', '3.0'], ['4', '0.0', '1e0']])
    case('int64-from-floats', through('INT64'), floats, 'pandas writes integers beside missing values as 1.0.', {'prediction': [321, 104]}, 'pandas.pydata.org: Nullable integer data type')
    case('int64-not-whole', through('INT64', out='DOUBLE'), csv(ABC, [[1, 2, 3], [1, 2.5, 3]]), '2.5 is no integer.', None, s.KERNEL, refuse='2[.]5')
    case('int64-empty', through('INT64', out='INT64'), csv(ABC, [[1, 2, 3], [1, '', 3]]), 'An integer cannot be missing.', None, s.KERNEL, refuse='line 3|row 2|"b"')
    case('uint8-too-large', through('UINT8', out='INT32'), csv(ABC, [[1, 2, 3], [1, 300, 3]]), '300 is no byte; it must not wrap to 44.', None, s.KERNEL, refuse='300')
    case('uint32-negative', through('UINT32', out='INT32'), csv(ABC, [[1, 2, 3], [1, -1, 3]]), '-1 is not unsigned.', None, s.KERNEL, refuse='-1')
    rest = build([node('Mod', ['x', 'ten'], 'm'), node('Cast', 'm', 'y', to=1)], [('x', 'INT64', ['N', 1])], [('y', 'FLOAT', ['N', 1])], constants=[const('ten', 10, np.int64)])
    case('int64-all-digits', rest, csv(['x'], [[9007199254740993], [9223372036854775807]]), 'Integers above 2^53.', {'prediction': [3, 7]}, s.KERNEL)
    big = build([node('Add', ['x', 'one'], 'y')], [('x', 'INT64', ['N', 1])], [('y', 'INT64', ['N', 1])], constants=[const('one', 1, np.int64)])
    case('int64-out-all-digits', big, csv(['x'], [[9007199254740992], [1234567890123456788]]), 'The same on the way out.', {'prediction': ['9007199254740993', '1234567890123456789']}, s.KERNEL)
    # Bools, strings.
    both = csv(ABC, [['true', 'false', 1], ['False', 'TRUE', 0]])
    case('bool-input', through('BOOL', out='INT64'), both, 'Bools in every spelling.', {'prediction': [101, 10]}, s.BOOLS)
    flip = build([node('Greater', ['x', 'two'], 'y')], [('x', 'FLOAT', ['N', 1])], [('y', 'BOOL', ['N', 1])], constants=[const('two', 2)])
    case('bool-output', flip, csv(['x'], [[1], [3]]), 'A bool comes out.', {'prediction': [['False', 'false', '0'], ['True', 'true', '1']]}, s.BOOLS)
    upper = build([node('Reshape', ['t', 'flat'], 'f'), node('StringNormalizer', 'f', 'y', case_change_action='UPPER')], [('t', 'STRING', ['N', 1])], [('y', 'STRING', ['N'])], constants=[const('flat', [-1], np.int64)])
    case('string-in-and-out', upper, csv(['t'], [['ab'], ['"c, d"'], ['007']]), 'Text in, text out.', {'prediction': ['AB', 'C, D', '007']}, s.LOCALE)
    # What is no tensor, or no number.
    optional = TypeProto()
    optional.sequence_type.elem_type.tensor_type.elem_type = TensorProto.FLOAT
    sequence = build([node('ConcatFromSequence', 'parts', 'y', axis=0)], [helper.make_value_info('parts', optional)], [('y', 'FLOAT', ['N'])])
    case('sequence-input', sequence, TABLE, 'A sequence as input.', None, s.ZIPMAP, refuse='parts|sequence')
    dictionary = TypeProto()
    dictionary.map_type.key_type = TensorProto.STRING
    dictionary.map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    vector = build([ml('DictVectorizer', 'features', 'y', string_vocabulary=ABC)], [helper.make_value_info('features', dictionary)], [('y', 'FLOAT', [1, 3])])
    case('map-input', vector, TABLE, 'DictVectorizer takes a map.', columns('prediction', X), s.ZIPMAP, refuse='features|map')
    case('complex-input', build([node('Identity', 'x', 'y')], [('x', 'COMPLEX64', ['N', 3])], [('y', 'COMPLEX64', ['N', 3])]), TABLE, 'Complex numbers.', None, s.KERNEL, refuse='complex')
    case('sequence-output-only', build([node('SequenceConstruct', 'x', 'parts')], [('x', 'FLOAT', ['N', 3])], [tensors('parts')]), TABLE, 'Nothing but a sequence comes out.', columns('prediction', X), s.ZIPMAP, refuse='parts|sequence')
    # Quantised.
    scale, zero = const('scale', 0.5), const('zero', 0, np.uint8)
    quantised = build([node('QuantizeLinear', ['x', 'scale', 'zero'], 'q'), node('DequantizeLinear', ['q', 'scale', 'zero'], 'd'), node('MatMul', ['d', 'w'], 'y')], [('x', 'FLOAT', ['N', 3])], [('y', 'FLOAT', ['N', 1])], constants=[scale, zero, const('w', W[:, None])])
    case('quantised', quantised, csv(ABC, X + 0.5), 'QuantizeLinear and back.', {'prediction': (X + 0.5) @ W}, 'onnxruntime.ai: Quantize ONNX models')
    bytes_in = build([node('DequantizeLinear', ['x', 'scale', 'zero'], 'd'), node('MatMul', ['d', 'w'], 'y')], [('x', 'UINT8', ['N', 3])], [('y', 'FLOAT', ['N', 1])], constants=[scale, zero, const('w', W[:, None])])
    case('quantised-bytes-in', bytes_in, csv(ABC, X), 'Bytes in.', {'prediction': X @ W / 2}, 'onnxruntime.ai: Quantize ONNX models')
