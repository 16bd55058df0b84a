"""Which column feeds which input."""
import numpy as np

import sources as s
from corpus import build, columns, const, csv, linear, matrix_linear, ml, named_linear, node

ABC = ['a', 'b', 'c']
X = np.array([[1, 2, 3], [4, 0, 1], [7, 5, 2]])
W = [1.0, 10.0, 100.0]
Y = {'prediction': X @ W}
FOUR = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width']
X4 = np.array([[5, 3, 1, 2], [7, 3, 4, 1], [6, 2, 6, 3]])
W4 = [1.0, 10.0, 100.0, 1000.0]
Y4 = {'prediction': X4 @ W4}
SPECIES = ['setosa', 'virginica', 'setosa']


def tree(feature, width=None):
    """A tree that looks at column 0 and at column `feature`."""
    return build([ml('TreeEnsembleRegressor', 'float_input', 'variable', n_targets=1, nodes_treeids=[0] * 5, nodes_nodeids=[0, 1, 2, 3, 4], nodes_featureids=[0, 0, feature, 0, 0], nodes_values=[3.0, 0.0, 1.5, 0.0, 0.0],
                     nodes_modes=['BRANCH_LEQ', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF'], nodes_truenodeids=[1, 0, 3, 0, 0], nodes_falsenodeids=[2, 0, 4, 0, 0], nodes_hitrates=[1.0] * 5, nodes_missing_value_tracks_true=[0] * 5,
                     target_treeids=[0] * 3, target_nodeids=[1, 3, 4], target_ids=[0] * 3, target_weights=[1.0, 2.0, 4.0])],
                 [('float_input', 'FLOAT', [None, width])], [('variable', 'FLOAT', [None, 1])], producer='skl2onnx')


def write(corpus):
    def case(name, model, table, source, why, value=None, **more):
        corpus.case(f'columns/{name}', model, table, source, why, value, **more)

    named = corpus.model('columns-named', named_linear(ABC, W))
    three = corpus.model('columns-three', matrix_linear(W))
    open3 = corpus.model('columns-open-three', matrix_linear(W, width='open'))
    four = corpus.model('columns-four', matrix_linear(W4))
    open4 = corpus.model('columns-open-four', matrix_linear(W4, width='open'))
    indexed = lambda name, first=(0, 1, 2), rows=X4, names=FOUR: csv([name, *names], [[i, *r] for i, r in zip(first, rows)])

    # An index.
    for name, header, first, source in (
        ('index-pandas', '', (0, 1, 2), s.PANDAS_INDEX), ('index-r', '""', ('"1"', '"2"', '"3"'), s.PANDAS_INDEX), ('index-pandas-again', 'Unnamed: 0', (0, 1, 2), s.READR_NAMES),
        ('index-readr', '...1', (1, 2, 3), s.READR_NAMES), ('index-readr-1', 'X1', (1, 2, 3), s.READR_NAMES), ('index-dates', '', ('2020-01-01', '2020-01-02', '2020-01-03'), s.PANDAS_INDEX),
        ('index-texts', '', ('s1', 's2', 's3'), s.PANDAS_INDEX), ('index-named', 'index', (0, 1, 2), s.TARGET), ('index-rownames', 'rownames', (1, 2, 3), 'vincentarelbundock/Rdatasets'),
        ('index-passenger-id', 'PassengerId', (892, 893, 894), 'kaggle.com: Titanic test.csv'), ('index-id', 'Id', (1, 2, 3), 'kaggle.com: Iris.csv'),
    ):
        for width, model in (('', four), ('-open', open4)):
            case(name + width, model, indexed(header, first), source, f'A first column called "{header}" is the index, {"the width stands in the weights" if width else "the model takes four"}.', Y4, **({'refuse': 'X1'} if header == 'X1' else {}))
    case('index-two-levels', four, csv(['', '', *FOUR], [['x', k, *r] for k, r in enumerate(X4)]), s.MULTI_HEADER, 'A MultiIndex leaves two nameless columns.', Y4)
    case('index-among-named', named, csv(['', *ABC], [[k, *r] for k, r in enumerate(X)]), s.PANDAS_INDEX, 'Named inputs find their columns beside an index.', Y)
    case('index-and-target', open4, csv(['', *FOUR, 'species'], [[k, *r, n] for k, (r, n) in enumerate(zip(X4, SPECIES))]), s.TARGET, 'An index in front and a text target behind.', Y4)
    case('nameless-in-the-middle', three, csv(['a', '', 'c'], X), s.PANDAS_INDEX, 'Three columns for three places, one without a name.', Y, refuse='column 2|second column|no name|nameless|unnamed')
    # A target.
    for width, model in (('', four), ('-open', open4)):
        case(f'target-text-last{width}', model, csv([*FOUR, 'species'], [[*r, n] for r, n in zip(X4, SPECIES)]), s.TARGET, 'The class stands behind the features.', Y4)
        case(f'target-text-first{width}', model, csv(['species', *FOUR], [[n, *r] for r, n in zip(X4, SPECIES)]), s.TARGET, 'The class stands before the features.', Y4)
        case(f'target-number-last{width}', model, csv([*FOUR, 'target'], [[*r, k] for k, r in enumerate(X4)]), s.TARGET, 'target, 0, 1, 2.', Y4)
        case(f'target-number-first{width}', model, csv(['label', *FOUR], [[k, *r] for k, r in enumerate(X4)]), s.TARGET, 'SageMaker wants the target in front.', Y4)
        case(f'one-too-many{width}', model, csv([*FOUR, 'quality'], [[*r, 5] for r in X4]), s.TARGET, 'Nothing tells which of five numbers the model was not trained on: none is thrown away by its place.', None, refuse='quality')
        case(f'one-too-few{width}', model, csv(FOUR[:3], X4[:, :3]), s.TREE_WIDTH, 'Three columns where the weights are four.', None, refuse=r'\b(4|four)\b')
    case('mnist-label-first', corpus.model('columns-sixteen', matrix_linear([float(k + 1) for k in range(16)])), csv(['label'] + [f'{r}x{c}' for r in range(1, 5) for c in range(1, 5)], [[7, *range(16)], [2, *([1] * 16)]]),
         'kaggle.com: mnist_train.csv (label,1x1,1x2,...)', 'The label comes first, pixels are called 1x1.', {'prediction': [sum(k * (k + 1) for k in range(16)), 136]})
    # The width of trees.
    tall = corpus.model('columns-tree-open', tree(3))
    trees = {'prediction': [4.0 if r[3] > 1.5 else 2.0 for r in X4]}
    case('tree-open', tall, csv(FOUR, X4), s.TREE_WIDTH, 'The highest feature is the fourth column.', trees)
    case('tree-open-index', tall, indexed(''), s.TREE_WIDTH, 'The same behind a nameless index.', trees)
    case('tree-open-too-few', tall, csv(FOUR[:3], X4[:, :3]), s.TREE_WIDTH, 'Feature 3 does not exist in three columns; whatever lies behind them must not be read.', None, refuse=r'\b(4|four)\b|feature')
    case('tree-open-wider', corpus.model('columns-tree-open-2', tree(2)), csv(FOUR, X4), s.TREE_WIDTH, 'A tree need not use its last column: four columns may be right, or asked about.', {'prediction': [4.0 if r[2] > 1.5 else 2.0 for r in X4]}, refuse='petal_width|columns')
    # Names.
    shuffled = csv(['c', 'x', 'a', 'b'], [[r[2], 9, r[0], r[1]] for r in X])
    case('any-order-and-more', named, shuffled, s.TARGET, 'Named inputs: order and further columns mean nothing.', Y)
    case('other-case', named, csv(['A', 'B', 'C'], X), 'tidyverse/janitor: clean_names', 'A is a.', Y)
    case('blanks-in-names', named, csv([' a', 'b ', '\u00a0c'], X), s.LEADING_BLANK, 'Blanks around names.', Y)
    case('bom-before-first-name', named, '\ufeff' + csv(ABC, X), s.UTF16, 'The mark is no part of the first name.', Y)
    case('bom-and-quotes', named, '\ufeff' + csv(['"a"', '"b"', '"c"'], X), s.UTF16, 'The mark stands before a quote.', Y)
    long = corpus.model('columns-long-names', named_linear(['Height (in)', 'Room Count', 'zip_code'], W))
    for name, header in (('as-written', ['Height (in)', 'Room Count', 'zip_code']), ('r-check-names', ['Height..in.', 'Room.Count', 'zip_code']), ('snake', ['height_in', 'room_count', 'zip_code']), ('camel', ['HeightIn', 'RoomCount', 'ZipCode'])):
        case(f'names-{name}', long, csv(header, X), 'stat.ethz.ch: make.names; tidyverse/janitor: clean_names', 'The same names in another spelling.', Y, refuse='Height')
    case('two-spellings-of-one-name', named, csv(['a', 'A', 'b', 'c'], [[r[0], 9, r[1], r[2]] for r in X]), 'tidyverse/janitor: clean_names', 'The exact spelling wins.', Y, refuse='"A"')
    case('two-other-spellings', named, csv(['A', 'a ', 'b', 'c'], [[r[0], 9, r[1], r[2]] for r in X]), 'tidyverse/janitor: clean_names', 'Two columns could be a.', None, refuse="\"A\"")
    case('duplicate-needed', named, csv(['a', 'a', 'b', 'c'], [[r[0], 9, r[1], r[2]] for r in X]), s.DUPLICATE, 'Two columns called a, and a is needed.', None, refuse='twice|two columns|duplicate|more than on|both|same name|2 columns')
    case('duplicate-not-needed', named, csv(['n', 'n', *ABC], [[8, 9, *r] for r in X]), s.DUPLICATE, 'Two columns called n, and nobody needs them.', Y)
    case('duplicate-made-unique', named, csv(['a', 'a.1', 'b', 'c'], [[r[0], 9, r[1], r[2]] for r in X]), s.DUPLICATE, 'pandas renames the second to a.1.', Y)
    case('missing', named, csv(['a', 'c'], X[:, [0, 2]]), s.TARGET, 'No b.', None, refuse='"?b"?')
    case('misspelt', corpus.model('columns-words', named_linear(['amount', 'duration'], W[:2])), csv(['ammount', 'duration'], X[:, :2]), s.TARGET, 'A misspelt name is told beside the right one.', None, refuse='amount.*ammount|ammount.*amount')
    # Units.
    degrees = corpus.model('columns-degrees', named_linear(['temp', 'wind'], W[:2]))
    case('units-in-brackets', degrees, csv(['temp (degree_C)', 'wind (m s-1)'], X[:, :2]), 'ioos/erddapy#51 (ERDDAP .csvp: units in the names)', 'Units in the names.', {'prediction': X[:, :2] @ W[:2]}, refuse='temp')
    case('units-in-square-brackets', degrees, csv(['temp [°C]', 'wind [m/s]'], X[:, :2]), s.INSTRUMENT, 'T1[°C].', {'prediction': X[:, :2] @ W[:2]}, refuse='temp')
    case('units-that-differ', corpus.model('columns-celsius', named_linear(['temp (C)', 'wind'], W[:2])), csv(['temp (F)', 'wind'], X[:, :2]), s.INSTRUMENT, 'The model wants degrees Celsius; Fahrenheit are other numbers.', None, refuse=r'temp \(C\)')
    # Names in the file, numbers in the names.
    meta = corpus.model('columns-metadata', matrix_linear(W, meta={'feature_names': '["a", "b", "c"]'}))
    case('metadata-order', meta, shuffled, s.XGBOOST, 'The metadata names the columns: their order in the table means nothing.', Y)
    case('metadata-missing', meta, csv(['a', 'b', 'z'], X), s.XGBOOST, 'The metadata names c and the table has none.', None, refuse='"?c"?')
    x3 = corpus.model('columns-input', matrix_linear(W, name='input'))
    eleven = corpus.model('columns-eleven', matrix_linear([float(2 ** k) for k in range(11)], name='input'))
    lexical = sorted(range(11), key=str)
    case('numbered-and-sorted-as-text', eleven, csv([f'input_{k}' for k in lexical], [lexical, lexical]), s.XGBOOST, 'input_10 sorted before input_2.', {'prediction': [sum(k * 2 ** k for k in range(11))] * 2})
    case('numbered-by-another-letter', eleven, csv([f'f{k}' for k in lexical], [lexical, lexical]), s.XGBOOST, 'f0, f1, f10, f2: by number or not at all, never by place.', {'prediction': [sum(k * 2 ** k for k in range(11))] * 2}, refuse='f10|order')
    case('numbered-from-one', x3, csv(['x1', 'x2', 'x3'], X), s.XGBOOST, 'x1, x2, x3.', Y)
    case('numbered-from-zero-header', x3, csv([0, 1, 2], X), 'pandas.pydata.org: DataFrame.to_csv of an array', 'pandas names the columns of an array 0, 1, 2.', Y)
    # Bools and words in numbers.
    dummies = corpus.model('columns-dummies', named_linear(['age', 'sex_male'], [1.0, 100.0]))
    ages = lambda words: csv(['age', 'sex_male'], [[k, w] for k, w in enumerate(words)])
    for name, yes, no in (('python', 'True', 'False'), ('excel', 'TRUE', 'FALSE'), ('json', 'true', 'false'), ('words', 'yes', 'no'), ('postgres', 't', 'f'), ('letters', 'Y', 'N')):
        case(f'bools-{name}', dummies, ages([yes, no, no, yes]), s.BOOLS, f'{yes} and {no} for 1 and 0.', {'prediction': [100, 1, 2, 103]}, **({} if name == 'python' else {'refuse': f'{yes}|{no}'}))
    case('bools-excel-german', dummies, ages(['WAHR', 'FALSCH']), s.BOOLS, 'Excel in German.', {'prediction': [100, 1]}, refuse='WAHR|FALSCH')
    case('bools-in-matrix', three, csv(ABC, [['True', 2, 'False'], ['False', 0, 'True']]), s.BOOLS, 'In a matrix likewise.', {'prediction': [21, 100]})
    case('words-where-numbers-belong', dummies, ages(['male', 'female']), s.BOOLS, 'male is no number.', None, refuse='male')
    case('text-in-matrix', three, csv(ABC, [['red', 2, 3], ['blue', 0, 1]]), s.BOOLS, 'Three columns for three places, one of text.', None, refuse='red|"a"')
    # Inputs that nobody has to give, and groups.
    optional = build([node('Gemm', ['x', 'w', 'bias'], 'y')], [('x', 'FLOAT', ['N', 3]), ('w', 'FLOAT', [3, 1]), ('bias', 'FLOAT', [1])], [('y', 'FLOAT', ['N', 1])], constants=[const('w', [[1], [10], [100]]), const('bias', [0])], ir=3)
    case('weights-among-inputs', corpus.model('columns-weights-among-inputs', optional), csv(ABC, X), s.CNTK, 'IR 3: weights are inputs with a value.', Y)
    unused = build([linear('x', 'y', W), node('Identity', 'unused', 'rest')], [('x', 'FLOAT', ['N', 3]), ('unused', 'FLOAT', ['N', 1])], [('y', 'FLOAT', ['N', 1])])
    case('input-nobody-uses', corpus.model('columns-unused', unused), csv(ABC, X), s.MLNET, 'An input that feeds no output is not asked for.', Y, refuse='unused')
    groups = build([node('Flatten', 'past_target', 'p'), node('Flatten', 'future_covariates', 'f'), node('Concat', ['p', 'f'], 'X', axis=1), linear('X', 'y', [1, 10, 100, 1000, 10000])], [('past_target', 'FLOAT', ['N', 3, 1]), ('future_covariates', 'FLOAT', ['N', 2, 1])], [('y', 'FLOAT', ['N', 1])])
    model = corpus.model('columns-groups', groups)
    names = ['future_covariates_0', 'future_covariates_1', 'past_target_0', 'past_target_1', 'past_target_2']
    case('groups-by-name', model, csv(names, [[4, 5, 1, 2, 3]]), s.FORECAST, 'darts: columns named after the inputs, in any order.', {'prediction': [54321]})
    case('groups-without-names', model, csv(list('vwxyz'), [[1, 2, 3, 4, 5]]), s.FORECAST, 'Five columns for two inputs: in order and said, or refused.', {'prediction': [54321]}, refuse='past_target|future_covariates')
    mixed = build([ml('OneHotEncoder', 'cat', 'h3', cats_strings=['red', 'blue'], zeros=1), node('Flatten', 'h3', 'h'), node('Concat', ['num', 'h'], 'X', axis=1), linear('X', 'y', [1, 10, 100, 1000])], [('num', 'FLOAT', [None, 2]), ('cat', 'STRING', [None, 1])], [('y', 'FLOAT', [None, 1])], producer='skl2onnx')
    case('number-group-and-text-group', corpus.model('columns-number-and-text', mixed), csv(['colour', 'a', 'b'], [['red', 1, 2], ['blue', 3, 4]]), 'onnx/sklearn-onnx#125', 'Two number columns and one of text: the types tell which is which.', {'prediction': [121, 1043]}, refuse='num|cat')
