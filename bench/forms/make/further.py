"""Forms that came up while the others were written: names, groups, local functions, sizes left open."""
import numpy as np
from onnx import TensorProto, helper

import sources as s
from corpus import build, columns, const, csv, linear, matrix_linear, ml, named_linear, node, tensor
from flowers import COLUMNS, CONSTANTS, TABLE, X, Z, gemm, softmax_of
from texts import UNSEEN, onehot

ABC = ['a', 'b', 'c']
ROWS = np.array([[1, 2, 3], [4, 0, 1], [7, 5, 2]])
W = [1.0, 10.0, 100.0]
Y = {'prediction': ROWS @ W}
TOWNS = ['Köln', 'Genève', 'Basel']


def functions(last):
    """The dynamo exporter keeps torch's functions as functions of the file."""
    body = [helper.make_node('Gemm', ['x', 'w', 'b'], ['z'], transB=1)] + ([helper.make_node(last, ['z'], ['y'], axis=1)] if last else [helper.make_node('Identity', ['z'], ['y'])])
    function = helper.make_function('pkg.onnxscript.torch_lib', 'head', ['x', 'w', 'b'], ['y'], body, [helper.make_opsetid('', 18)])
    graph = helper.make_graph([node('head', ['l_x_', 'W', 'B'], 'head_1', domain='pkg.onnxscript.torch_lib')], 'main_graph', [tensor('l_x_', 'FLOAT', ['s0', 4])], [tensor('head_1', 'FLOAT', ['s0', 3])], CONSTANTS)
    model = helper.make_model(graph, producer_name='pytorch', functions=[function], opset_imports=[helper.make_opsetid('', 18), helper.make_opsetid('pkg.onnxscript.torch_lib', 1)])
    model.ir_version = 8
    return model.SerializeToString(deterministic=True)


def towns_wrapped(corpus):
    return corpus.model('further-wrapped', onehot('note', ['two\nlines', 'a\n\nb'], [10.0, 20.0]))


def write(corpus):
    def case(name, model, table, source, why, value=None, **more):
        if isinstance(model, bytes):
            model = corpus.model(name.replace('/', '-'), model)
        corpus.case(name, model, table, source, why, value, **more)

    raw = columns('prediction', Z)
    # Graphs.
    case('outputs/dynamo-local-function', functions(None), TABLE, s.FORECAST, 'A function that the file itself defines is no missing library.', raw)
    case('outputs/dynamo-local-softmax', functions('Softmax'), TABLE, s.FORECAST, 'The Softmax stands inside the function.', softmax_of())
    exotic = build([gemm('x', 'y')], [('x', 'FLOAT', ['N', 4])], [('y', 'FLOAT', ['N', 3])], constants=CONSTANTS, domains=['ai.onnx.preview.training', 'com.microsoft.nchwc', 'org.pytorch.aten'])
    case('loading/unused-domains', exotic, TABLE, s.CUSTOM_OP, 'Domains that are named and not used hurt nobody.', raw)
    shapeless = build([gemm('x', 'y')], [('x', 'FLOAT', ['N', 4])], [helper.make_tensor_value_info('y', TensorProto.FLOAT, None)], constants=CONSTANTS)
    case('axes/no-declared-shape', shapeless, TABLE, s.BATCH_AXIS, 'The output declares no sizes at all.', raw)
    case('axes/no-declared-shape-as-many-rows', 'axes-no-declared-shape', csv(COLUMNS, X[:3]), s.BATCH_AXIS, 'The same with as many rows as values.', columns('prediction', Z[:3]))
    # Sizes left open.
    mean = build([node('ReduceMean', 'x', 'y', axes=[1, 2], keepdims=0)], [('x', 'FLOAT', ['batch', 'steps', 1])], [('y', 'FLOAT', ['batch'])])
    case('columns/open-steps', mean, csv(ABC, ROWS), s.FORECAST, 'Steps left open: three columns are three steps, or it is asked.', {'prediction': ROWS.mean(axis=1)}, refuse='steps|size|open|length')
    long = build([node('Flatten', 'x', 'f'), node('ReduceSum', ['f', 'axis'], 'y')], [('x', 'FLOAT', ['batch', 10, 3])], [('y', 'FLOAT', ['batch', 1])], constants=[const('axis', [1], np.int64)])
    case('columns/one-step-a-row', long, csv(ABC, np.repeat(ROWS, 4, axis=0)[:10]), s.FORECAST, 'Ten steps of three values; the table has a step in each row.', None, refuse=r'\b30\b|10.*3')
    picture = build([node('GlobalAveragePool', 'x', 'g'), node('Flatten', 'g', 'y')], [('x', 'FLOAT', ['N', 1, 'H', 'W'])], [('y', 'FLOAT', ['N', 1])])
    case('columns/open-picture', picture, csv([f'p{k}' for k in range(6)], [range(6)]), s.LANDMARKS, 'Height and width left open: six values are 2 x 3 or 3 x 2.', None, refuse='H|W|height|width|size|open')
    threshold = build([linear('x', 'm', W), node('Greater', ['m', 'threshold'], 'g'), node('Cast', 'g', 'y', to=1)], [('x', 'FLOAT', ['N', 3]), ('threshold', 'FLOAT', [])], [('y', 'FLOAT', ['N', 1])])
    case('columns/setting-as-input', threshold, csv(ABC, ROWS), s.LANDMARKS, 'A threshold is asked for, and the table has none.', None, refuse='threshold')
    # Groups of inputs.
    mixed = build([ml('OneHotEncoder', 'sex', 'h3', cats_strings=['female', 'male'], zeros=1), node('Flatten', 'h3', 'h'), node('Concat', ['num', 'h'], 'X', axis=1), linear('X', 'y', [1, 10, 100, 1000])],
                  [('num', 'FLOAT', [None, 2]), ('sex', 'STRING', [None, 1])], [('y', 'FLOAT', [None, 1])], producer='skl2onnx')
    case('columns/group-beside-name', mixed, csv(['age', 'sex', 'fare'], [[1, 'male', 2], [3, 'female', 4]]), 'onnx.ai/sklearn-onnx: pipelines with mixed types', 'sex finds its column; the two that are left feed the group in order.', {'prediction': [1021, 143]}, refuse='num')
    # Names.
    named = corpus.model('further-named', named_linear(ABC, W))
    three = corpus.model('further-three', matrix_linear(W))
    again = csv([*ABC, 'prediction'], [[*row, 9] for row in ROWS])
    for kind, model in (('named', named), ('matrix', three)):
        case(f'columns/predicted-before-{kind}', model, again, s.DUPLICATE, 'An old prediction is no feature, and the new one gets a name of its own.', {'prediction_1': ROWS @ W, 'prediction': [9, 9, 9]})
    size = corpus.model('further-size', named_linear(['Größe', 'Straße_Nr'], W[:2]))
    german = csv(['Größe', 'Straße_Nr'], ROWS[:, :2])
    case('texts/windows-1252-names', size, german.encode('cp1252'), s.WINDOWS_1252, 'Names in Windows-1252.', {'prediction': ROWS[:, :2] @ W[:2]})
    case('texts/utf-16-names', size, ('\ufeff' + german).encode('utf-16le'), s.UTF16, 'Names in UTF-16.', {'prediction': ROWS[:, :2] @ W[:2]})
    case('lines/name-with-line-break', three, '"height\n(cm)","weight\r\n(kg)",age\n1,2,3\n4,0,1\n7,5,2\n', s.WRAPPED_NAMES, 'A line break in a name.', Y)
    case('lines/wrapped-names-crlf', three, '"height\n(cm)",weight,"age\n(years)"\r\n1,2,3\r\n4,0,1\r\n7,5,2\r\n', s.WRAPPED_NAMES, 'Excel: LF inside a name, CRLF between records.', Y)
    case('texts/wrapped-cells-crlf', towns_wrapped(corpus), 'x,note\r\n1,"two\nlines"\r\n2,"a\n\nb"\r\n', s.WRAPPED_NAMES, 'The same in a text: not a byte of it changes.', {'prediction': [11, 22]})
    case('lines/preamble-and-wrapped-names', named, 'Report;;\nStand: 01.01.2024;;\n;;\n"a";"b";"c"\n"1,5";2;3\n', s.PREAMBLE, 'A title, a date, a row of delimiters, names.', {'prediction': [321.5]})
    case('lines/header-at-the-end', named, csv(ABC, ROWS) + 'a,b,c\n', 'hwinfo.com: sensor logs repeat the names at the end', 'The names come again as the last line.', Y, refuse='line 5|header|names')
    wide = corpus.model('further-wide', matrix_linear([1.0] * 1500))
    case('columns/fifteen-hundred', wide, csv([f'g{k}' for k in range(1500)], [[k % 3 for k in range(1500)], [1] * 1500]), 'gene expression tables', '1,500 columns.', {'prediction': [1500, 1500]})
    case('lines/many-rows', three, csv(ABC, [[k, k % 7, k % 3] for k in range(6000)]), s.TARGET, '6,000 rows in order.', {'prediction': [k + 10 * (k % 7) + 100 * (k % 3) for k in range(6000)]})
    # Text.
    towns = corpus.model('further-towns', onehot('Ort', TOWNS, [100.0, 200.0, 300.0]))
    mixture = 'x,Ort\n1,Köln\n'.encode() + '2,Genève\n3,Basel\n'.encode('cp1252')
    case('texts/two-encodings', towns, mixture, s.TWO_ENCODINGS, 'One line in UTF-8, one in Windows-1252: right, or refused; never quietly unknown.', [{'prediction': [101, 202, 303]}, {'prediction': [1, 202, 303]}, {'prediction': [101, 2, 303]}], refuse='encoding|UTF-8|Windows-1252', says=[None, UNSEEN, UNSEEN])
    case('texts/semicolons-and-1252', towns, 'x;Ort\r\n1,5;Köln\r\n2;"Genève"\r\n'.encode('cp1252'), s.WINDOWS_1252, 'What Excel in German saves.', {'prediction': [101.5, 202]})
    case('texts/sep-and-1252', towns, 'sep=;\r\nx;Ort\r\n1,5;Köln\r\n'.encode('cp1252'), s.WINDOWS_1252, 'With the line for Excel.', {'prediction': [101.5]})
    case('texts/index-and-1252', towns, '"";"x";"Ort"\r\n"1";1,5;"Köln"\r\n"2";2;"Genève"\r\n'.encode('cp1252'), s.WINDOWS_1252, 'R write.csv2 on Windows.', {'prediction': [101.5, 202]})
    case('texts/preamble-index-and-1252', towns, 'Umsätze 2024;;\r\n;x;Ort\r\n0;1,5;Köln\r\n1;2;Genève\r\n'.encode('cp1252'), s.WINDOWS_1252, 'A title, an index and Windows-1252.', {'prediction': [101.5, 202]})
    # Numbers.
    whole = corpus.model('further-whole', build([node('Cast', 'n', 'f', to=1), linear('f', 'y', [1.0])], [('n', 'INT64', [None, 1])], [('y', 'FLOAT', [None, 1])], producer='skl2onnx'))
    case('numbers/thousands-in-integers', whole, csv(['n', 'x'], [['1,250', 'u'], ['2,000,000', 'v']], '\t'), s.THOUSANDS, 'An integer input: 1,250 beside 2,000,000 is 1250.', {'prediction': [1250, 2000000]}, refuse='1,250|2,000,000')
    two = corpus.model('further-two', named_linear(['a', 'b'], W[:2]))
    case('numbers/european-between-commas', two, csv(['a', 'b'], [['"1.250,50"', 2], ['"7,25"', 3]]), s.DECIMAL_COMMA, '1.250,50 in quotes between commas.', {'prediction': [1270.5, 37.25]})
    case('numbers/excel-number-formula', two, csv(['a', 'b'], [['"=""12"""', 2], [7, 3]]), s.EXCEL_SEP, '="12" is 12, or refused.', {'prediction': [32, 37]}, refuse='=|12')
    case('numbers/leading-apostrophe', two, csv(['a', 'b'], [["'12", 2], [7, 3]]), s.EXCEL_SEP, "'12 marks a text in a sheet: 12, or refused.", {'prediction': [32, 37]}, refuse="'12")
    case('numbers/duration', two, csv(['a', 'b'], [['1h 30m', 2], [7, 3]]), s.LIMITS, '1h 30m is no number.', None, refuse='1h 30m')
    for name, yes, no in (('german', 'ja', 'nein'), ('french', 'oui', 'non'), ('switch', 'on', 'off'), ('ticked', 'x', '""')):
        case(f'columns/bools-{name}', two, csv(['a', 'b'], [[1, yes], [2, no]]), s.BOOLS, f'{yes} and {no}: 1 and 0, or refused.', {'prediction': [11, 2]}, refuse=f'"{yes}"')
