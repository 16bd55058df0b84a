"""Text must reach the model as it stands in the file."""
import unicodedata

import numpy as np

import sources as s
from corpus import build, columns, const, csv, linear, ml, node, softmax


def onehot(column, names, weights, flag=1, **more):
    """x + the weight of the text's category."""
    nodes = [ml('OneHotEncoder', column, 'h3', cats_strings=names, zeros=flag), node('Reshape', ['h3', 'shape'], 'h'), node('Concat', ['x', 'h'], 'X', axis=1), linear('X', 'variable', [1.0, *weights])]
    return build(nodes, [('x', 'FLOAT', [None, 1]), (column, 'STRING', [None, 1])], [('variable', 'FLOAT', [None, 1])], constants=[const('shape', [-1, len(names)], np.int64)], producer='skl2onnx', **more)


# A reading that counts values which the model's vocabulary does not hold.
UNSEEN = '"unseen": ?[1-9]|never seen|not seen'
TOWNS = ['Basel', 'Genève', 'Köln', 'Zürich', 'Łódź', 'Казань', '東京', 'Málaga – Centro']
WORTH = [100.0 * (k + 1) for k in range(len(TOWNS))]


def write(corpus):
    def case(name, model, table, why, value, source, **more):
        corpus.case(f'texts/{name}', model, table, source, why, value, **more)

    towns = corpus.model('texts-towns', onehot('Ort', TOWNS, WORTH))
    rows = lambda names: csv(['x', 'Ort'], [[k + 1, name] for k, name in enumerate(names)])
    worth = lambda names: {'prediction': [k + 1 + (WORTH[TOWNS.index(name)] if name in TOWNS else 0) for k, name in enumerate(names)]}
    western, four = ['Köln', 'Genève', 'Zürich', 'Basel'], worth(['Köln', 'Genève', 'Zürich', 'Basel'])
    # Encodings.
    for name, encoding, names, source in (
        ('windows-1252', 'cp1252', ['Köln', 'Málaga – Centro', 'Zürich'], s.WINDOWS_1252),
        ('latin-1', 'latin-1', western, s.WINDOWS_1252),
        ('utf-8-bom', 'utf-8-sig', [*western, 'Łódź', '東京'], s.UTF16),
        ('utf-16le-bom', 'utf-16le', ['Köln', 'Łódź', '東京'], s.UTF16),
        ('utf-16be-bom', 'utf-16be', ['Köln', 'Łódź', 'Казань'], s.UTF16),
    ):
        mark = '\ufeff' if encoding.startswith('utf-16') else ''
        case(name, towns, (mark + rows(names)).encode(encoding), f'A table in {encoding}.', worth(names), source)
    unicode_text = '\ufeff' + rows(western).replace(',', '\t').replace('\n', '\r\n')
    case('excel-unicode-text', towns, unicode_text.encode('utf-16le'), 'Excel: Unicode Text (UTF-16, tabs).', four, s.UTF16)
    case('utf-16le-no-bom', towns, rows(western).encode('utf-16le'), 'PowerShell and SQL Server write UTF-16 without a mark.', four, s.UTF16, refuse='UTF-16')
    late = rows(['Basel'] * 3000 + ['Köln'])
    case('windows-1252-late', towns, late.encode('cp1252'), 'The first byte above 127 comes after 20 KB.', {'prediction': [*(k + 101 for k in range(3000)), 3301]}, s.WINDOWS_1252)
    for name, encoding, names in (('windows-1250', 'cp1250', ['Łódź', 'Köln']), ('windows-1251', 'cp1251', ['Казань', 'Basel']), ('shift-jis', 'shift_jis', ['東京', 'Basel']), ('mac-roman', 'mac_roman', ['Köln', 'Zürich'])):
        case(name, towns, rows(names).encode(encoding), f'A table in {encoding}, which nothing in the file tells: right, or refused; never quietly unknown.',
             [worth(names), {'prediction': [1 + (names[0] == 'Basel') * 100, 2 + (names[1] == 'Basel') * 100]}],
             s.MAC_ROMAN if encoding == 'mac_roman' else s.WINDOWS_1252, refuse='encoding|UTF-8|Windows-125', says=[None, UNSEEN])
    case('utf-8-read-as-1252', towns, rows(['KÃ¶ln', 'Basel']), 'Text that was mangled before: counted and named.', worth(['KÃ¶ln', 'Basel']), s.WINDOWS_1252, says='KÃ¶ln')
    case('nul-bytes', towns, rows(['Basel']).encode() + b'\0' * 8, 'A log that lost power ends in NULs.', [worth(['Basel'])], s.NULS, refuse='NUL|zero byte|null|line 3|binary|UTF-16')
    case('decomposed', towns, rows([unicodedata.normalize('NFD', 'Köln'), 'Basel']), 'A Mac writes ö as two characters: the model knows one.', [worth(['Köln', 'Basel']), {'prediction': [1, 102]}], s.MAC_ROMAN, says=[None, UNSEEN])
    # Missing is what is empty.
    garage = ['Attchd', 'N/A', 'NA', 'NULL', 'None', 'nan', 'none', 'null']
    missing = corpus.model('texts-garage', onehot('GarageType', garage, [2.0 ** k for k in range(1, 9)]))
    case('words-for-missing', missing, csv(['x', 'GarageType'], [[0, name] for name in garage]), 'Each of these is a category of the model.', {'prediction': [2.0 ** k for k in range(1, 9)]}, s.NA_CATEGORY)
    case('words-for-missing-quoted', missing, csv(['x', 'GarageType'], [[0, f'"{name}"'] for name in garage]), 'In quotes likewise.', {'prediction': [2.0 ** k for k in range(1, 9)]}, s.NA_CATEGORY)
    blank = corpus.model('texts-blank', onehot('GarageType', ['', 'NA'], [5.0, 7.0]))
    case('empty-category', blank, csv(['x', 'GarageType'], [[1, ''], [2, '""'], [3, 'NA']]), 'An empty cell is the empty text, which the model knows; NA is another.', {'prediction': [6, 7, 10]}, s.NA_CATEGORY)
    logic = corpus.model('texts-logic', onehot('smoker', ['False', 'True', 'yes', 'no', '1', '0'], [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]))
    case('words-for-bools', logic, csv(['x', 'smoker'], [[0, v] for v in ('True', 'no', '0', 'yes', 'False', '1')]), 'For a text input True is a text.', {'prediction': [2, 8, 32, 4, 1, 16]}, s.BOOLS)
    postcode = corpus.model('texts-postcode', onehot('plz', ['02134', '2134', '1.0', '1', '1,5', '2020-01-05', '12%'], [2.0 ** k for k in range(1, 8)]))
    codes = ['02134', '2134', '1', '1.0', '"1,5"', '2020-01-05', '12%']
    case('numbers-as-text', postcode, csv(['x', 'plz'], [[0, v] for v in codes]), 'Postcodes, versions, dates: the text, not a number.', {'prediction': [2, 4, 16, 8, 32, 64, 128]}, s.NA_CATEGORY)
    # Blanks, case, unseen.
    sex = corpus.model('texts-sex', onehot('sex', ['female', 'male'], [10.0, 20.0]))
    case('blanks-around', sex, csv(['x', 'sex'], [[1, ' male'], [2, 'male '], [3, 'female']]), 'A blank is part of the text: unseen and named, or trimmed and said.', [{'prediction': [1, 2, 13]}, {'prediction': [21, 22, 13]}], s.LEADING_BLANK, says='male')
    case('blank-after-every-comma', sex, 'x, sex\n1, male\n2, female\n', 'A blank after every delimiter, the header too, belongs to the delimiter.', [{'prediction': [21, 12]}, {'prediction': [1, 2]}], s.LEADING_BLANK, says='male')
    case('no-break-space', sex, csv(['x', 'sex'], [[1, 'male\u00a0'], [2, 'female']]), 'A no-break space from a web page.', [{'prediction': [1, 12]}, {'prediction': [21, 12]}], s.LEADING_BLANK, says='male')
    case('other-case', sex, csv(['x', 'sex'], [[1, 'Male'], [2, 'FEMALE'], [3, 'male']]), 'Male is not male.', {'prediction': [1, 2, 23]}, s.UNKNOWN_CATEGORY, says='Male')
    case('unseen', sex, csv(['x', 'sex'], [[1, 'divers'], [2, 'male'], [3, 'divers']]), 'A category that the model does not hold is counted and named.', {'prediction': [1, 22, 3]}, s.UNKNOWN_CATEGORY, says='divers')
    strict = corpus.model('texts-strict', onehot('sex', ['female', 'male'], [10.0, 20.0], flag=0))
    case('unseen-refused-by-model', strict, csv(['x', 'sex'], [[1, 'male'], [2, 'divers']]), 'handle_unknown="error": the model itself refuses.', None, s.UNKNOWN_CATEGORY, refuse='divers|"sex"')
    ordinal = build([ml('LabelEncoder', 'sex', 'k', keys_strings=['female', 'male'], values_floats=[1.0, 2.0], default_float=-1.0), node('Concat', ['x', 'k'], 'X', axis=1), linear('X', 'variable', [1, 10])],
                    [('x', 'FLOAT', [None, 1]), ('sex', 'STRING', [None, 1])], [('variable', 'FLOAT', [None, 1])], producer='skl2onnx')
    case('unseen-by-label-encoder', corpus.model('texts-ordinal', ordinal), csv(['x', 'sex'], [[1, 'male'], [2, 'divers']]), 'An OrdinalEncoder gives -1.', {'prediction': [21, -8]}, s.UNKNOWN_CATEGORY, says='divers')
    numbers = build([ml('OneHotEncoder', 'pclass', 'h3', cats_int64s=[1, 2, 3], zeros=1), node('Reshape', ['h3', 'shape'], 'h'), linear('h', 'variable', [10, 20, 30])], [('pclass', 'INT64', [None, 1])], [('variable', 'FLOAT', [None, 1])],
                    constants=[const('shape', [-1, 3], np.int64)], producer='skl2onnx')
    case('integer-categories', corpus.model('texts-pclass', numbers), csv(['pclass'], [['1.0'], ['3'], ['2'], ['7']]), 'Categories that are numbers; 7 is unseen.', {'prediction': [10, 30, 20, 0]}, s.UNKNOWN_CATEGORY, says='7')
    # What stands inside a cell.
    size = corpus.model('texts-size', onehot('note', ['a, b', 'say "x"', 'two\nlines', 'two\r\nlines', "it's", 'tab\there', 'semi;colon', '🙂', 'a\u2028b', '5" pipe'], [2.0 ** k for k in range(1, 11)]))
    cells = ['"a, b"', '"say ""x"""', '"two\nlines"', '"two\r\nlines"', "it's", '"tab\there"', 'semi;colon', '🙂', 'a\u2028b']
    case('inside-quotes', size, csv(['x', 'note'], [[0, v] for v in cells]), 'Delimiters, quotes, line breaks and rare characters in a cell.', {'prediction': [2.0 ** k for k in range(1, 10)]}, 'RFC 4180')
    case('quote-inside-plain-cell', size, csv(['x', 'note'], [[0, '5" pipe'], [0, "it's"]]), 'Inches: a quote in the middle of a cell is a character.', {'prediction': [1024, 32]}, 'RFC 4180 (quotes stand around a whole cell)', refuse='quote|line 2')
    case('backslash-quotes', size, csv(['x', 'note'], [[0, '"say \\"x\\""'], [0, "it's"]]), 'Spark and MySQL escape a quote by a backslash.', {'prediction': [4, 32]}, 'spark.apache.org: CSV files, option escape', refuse='quote|line 2|backslash')
    case('single-quotes', sex, "x,sex\n1,'male'\n2,'female'\n", 'WEKA and ARFF quote by apostrophes: unseen and named, or taken off and said.', [{'prediction': [1, 2]}, {'prediction': [21, 12]}], 'waikato.github.io/weka-wiki: ARFF', says="male", refuse='quote')
    case('typographic-quotes', sex, 'x,sex\n1,“male”\n2,female\n', 'Quotes from a word processor are part of the text.', {'prediction': [1, 12]}, s.LEADING_BLANK, says='male')
    case('excel-text-formula', postcode, 'x,plz\n0,"=""02134"""\n', '="02134" keeps Excel from dropping the zero.', [{'prediction': [2]}, {'prediction': [0]}], s.EXCEL_SEP, says='02134')
    # Text models.
    words = ['bad', 'good', 'great', 'na', 'null', 'wörk']
    tokens = [node('Reshape', ['review', 'flat'], 'f'), node('StringNormalizer', 'f', 'low', case_change_action='LOWER'),
              node('Tokenizer', 'low', 'tok', domain='com.microsoft', mark=0, mincharnum=1, pad_value='#', tokenexp='[a-zA-Z0-9_ö]+'),
              node('TfIdfVectorizer', 'tok', 'X', mode='TF', min_gram_length=1, max_gram_length=1, max_skip_count=0, ngram_counts=[0], ngram_indexes=list(range(6)), pool_strings=words)]
    weight = np.array([[1.5, -1.0, -2.0, 0.25, 0.5, 0.0], [-1.5, 1.0, 2.0, -0.25, -0.5, 0.0]])
    bag = build([*tokens, ml('LinearClassifier', 'X', ['label', 'probabilities'], coefficients=[float(v) for v in weight.flatten()], intercepts=[0.125, -0.125], multi_class=1, post_transform='SOFTMAX', classlabels_strings=['neg', 'pos'])],
                [('review', 'STRING', [None, 1])], [('label', 'STRING', [None]), ('probabilities', 'FLOAT', [None, 2])], constants=[const('flat', [-1], np.int64)], domains=['com.microsoft'], producer='skl2onnx')
    reviews = ['"Good, great film"', 'null', 'NA', '', 'wörk good', '"bad.\nReally ""bad"""']
    counts = np.array([[0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0], [0] * 6, [0, 1, 0, 0, 0, 1], [2, 0, 0, 0, 0, 0]])
    p = softmax(counts @ weight.T + [0.125, -0.125])
    answer = {'prediction': [['neg', 'pos'][k] for k in p.argmax(axis=1)], 'probability_pos': p[:, 1]}
    bag_model = corpus.model('texts-bag', bag)
    case('bag-of-words', bag_model, csv(['id', 'review'], list(enumerate(reviews))), 'Whole sentences; "null" and "NA" are words, and empty is empty.', answer, s.TFIDF)
    one_column = ''.join(line + '\n' for line in ['review', *[r for r in reviews if r]])
    keep = [k for k, r in enumerate(reviews) if r]
    case('bag-of-words-one-column', bag_model, one_column, 'A table of one column of text has no delimiter.', {key: [values[k] for k in keep] for key, values in answer.items()}, s.TFIDF)
    for spelling in ('de_DE.UTF-8', 'en_US', 'xx_XX'):
        local = build([node('Reshape', ['t', 'flat'], 'f'), node('StringNormalizer', 'f', 'y', case_change_action='UPPER', locale=spelling)], [('t', 'STRING', ['N', 1])], [('y', 'STRING', ['N'])], constants=[const('flat', [-1], np.int64)])
        case(f'locale-{spelling.lower()[:5]}', corpus.model(f'texts-locale-{spelling.lower()[:5]}', local), csv(['t'], [['ab'], ['cd']]), f'A model that asks for the locale {spelling}.', {'prediction': ['AB', 'CD']}, s.LOCALE, **({} if spelling == 'en_US' else {'refuse': 'locale'}))
