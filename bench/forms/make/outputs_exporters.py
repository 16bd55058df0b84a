"""What an output means, in the form in which each exporter writes it."""
import numpy as np

import sources as s
from corpus import build, columns, const, csv, linear, maps, matrix_linear, ml, node, sigmoid, tensors
from flowers import B, BEST, COLUMNS, CONSTANTS, FLAT, NAMES, P, TABLE, W, X, Z, classifier, gemm, softmax_of

IN = [('float_input', 'FLOAT', [None, 4])]
LABEL = ('label', 'INT64', [None])
PROBABILITIES = ('probabilities', 'FLOAT', [None, 3])
RAW = columns('prediction', Z)


def skl2onnx(corpus):
    def case(name, model, why, value, source=s.ZIPMAP, **more):
        corpus.case(f'outputs/skl2onnx-{name}', corpus.model(f'skl2onnx-{name}', model), TABLE, source, why, value, **more)

    def of(nodes, outputs, **more):
        return build(nodes, IN, outputs, **{'producer': 'skl2onnx', **more})

    ints = dict(classlabels_ints=[0, 1, 2])
    words = dict(classlabels_strings=NAMES)
    case('no-zipmap', of([classifier()], [LABEL, PROBABILITIES]), 'Label and matrix.', softmax_of())
    zipmap = lambda **classes: ml('ZipMap', 'p', 'output_probability', **classes)
    case('zipmap-ints', of([classifier('output_label', 'p'), zipmap(classlabels_int64s=[0, 1, 2])],
                           [('output_label', 'INT64', [None]), maps('output_probability')], opset=9, ml_opset=1, ir=4),
         'The default form of an old skl2onnx: opset 9, maps keyed by integers.', softmax_of())
    case('zipmap-strings', of([classifier('output_label', 'p', **words), zipmap(classlabels_strings=NAMES)],
                              [('output_label', 'STRING', [None]), maps('output_probability', 'STRING')]),
         'Maps keyed by the class names.', softmax_of(NAMES))
    case('probabilities-first', of([classifier()], [PROBABILITIES, LABEL]), 'The order of outputs means nothing.', softmax_of())
    case('negative-labels', of([classifier(classlabels_ints=[-1, 0, 1])], [LABEL, PROBABILITIES]),
         'Classes -1, 0, 1.', softmax_of([-1, 0, 1]))
    odd = ['no, thanks', 'say "yes"', 'Größe']
    case('odd-class-names', of([classifier(classlabels_strings=odd)], [('label', 'STRING', [None]), PROBABILITIES]),
         'Class names with a comma, quotes, umlauts: in the header they are quoted.', softmax_of(odd))
    digits = ['007', '08', '1e5']
    case('class-names-like-numbers', of([classifier(classlabels_strings=digits)], [('label', 'STRING', [None]), PROBABILITIES]),
         'A class called 007 stays 007.', softmax_of(digits))
    case('zipmap-columns', of([classifier('output_label', 'p'), node('Split', ['p'], ['i0', 'i1', 'i2'], axis=1)],
                              [('output_label', 'INT64', [None])] + [(f'i{k}', 'FLOAT', [None, 1]) for k in range(3)],
                              opset=12),
         'zipmap="columns": one output for each class.', [{'prediction': BEST}, {'prediction_output_label': BEST}])
    case('raw-scores', of([classifier(post='NONE')], [LABEL, PROBABILITIES]),
         'raw_scores=True: the output is still called probabilities and holds decision values, below 0 and above 1.',
         {'prediction': BEST}, s.RAW_SCORES, absent='^probability_')
    case('label-only', of([classifier(scores='unused', **words)], [('label', 'STRING', [None])]),
         'A model cut down to its label.', {'prediction': [NAMES[k] for k in BEST]})
    case('label-column-vector', of([classifier('l', 'p'), node('Reshape', ['l', 'shape'], 'label')],
                                   [('label', 'INT64', [None, 1])], constants=[const('shape', [-1, 1], np.int64)]),
         'IsolationForest and others give the label as [N, 1].', {'prediction': BEST})
    case('bool-label', of([classifier('l', 'probabilities'), node('Greater', ['l', 'one'], 'label')],
                          [('label', 'BOOL', [None])], constants=[const('one', 1, np.int64)]),
         'A label of type bool.', {'prediction': [[str(int(k > 1)), str(k > 1), str(k > 1).lower()] for k in BEST]})
    case('mapped-label', of([classifier('l', 'p'), ml('LabelEncoder', 'l', 'label', keys_int64s=[0, 1, 2], values_strings=NAMES,
                                                      default_string='?')],
                            [('label', 'STRING', [None]), ('p', 'FLOAT', [None, 3])]),
         'Integers mapped back to names at the end.', {'prediction': [NAMES[k] for k in BEST]})
    path = node('Cast', 'float_input', 'text', to=8)
    paths = node('Slice', ['text', 'from', 'to', 'axis'], 'decision_path')
    ends = [const('from', [0], np.int64), const('to', [1], np.int64), const('axis', [1], np.int64)]
    case('decision-path', of([classifier(), path, paths], [LABEL, PROBABILITIES, ('decision_path', 'STRING', [None, 1])], constants=ends),
         'decision_path=True: a third output of text beside label and probabilities.', softmax_of(),
         'onnx.ai/sklearn-onnx: Parameters decision_path and decision_leaf')
    pca = Z[:, :2]
    case('pca', of([node('MatMul', ['float_input', 'W2'], 'm'), node('Add', ['m', 'B2'], 'variable')], [('variable', 'FLOAT', [None, 2])],
                   constants=[const('W2', W[:2].T), const('B2', B[:2])]),
         'A transformer gives numbers, no classes.', columns('prediction', pca), 'onnx.ai/sklearn-onnx: supported models')
    scaled = (X - 2) * 0.5
    case('scaler', of([ml('Scaler', 'float_input', 'variable', offset=[2.0] * 4, scale=[0.5] * 4)], [('variable', 'FLOAT', [None, 4])]),
         'As wide as its input and no echo of it.', columns('prediction', scaled), 'onnx.ai/sklearn-onnx: supported models')
    case('multi-output-regressor', of([ml('LinearRegressor', 'float_input', 'variable', coefficients=FLAT, intercepts=[float(b) for b in B],
                                          targets=3)], [('variable', 'FLOAT', [None, 3])]),
         'Three targets, not three classes.', RAW, s.FORECAST)
    case('gaussian-process', of([linear('float_input', 'GPmean', W[0], B[0]), linear('float_input', 'v', W[1], B[1]),
                                 node('Abs', 'v', 'w'), node('Reshape', ['w', 'flat'], 'GPcovstd')],
                                [('GPmean', 'FLOAT', [None, 1]), ('GPcovstd', 'FLOAT', [None])], constants=[const('flat', [-1], np.int64)]),
         'return_std=True: two outputs, both numbers.',
         {'prediction_GPmean': Z[:, 0], 'prediction_GPcovstd': abs(Z[:, 1])}, 'onnx.ai/sklearn-onnx: GaussianProcessRegressor')
    outlier = np.where(Z[:, 0] > 0, 1, -1)
    case('isolation-forest', of([linear('float_input', 'scores', W[0], B[0]), node('Greater', ['scores', 'zero'], 'g'),
                                 node('Where', ['g', 'one', 'minus'], 'label')],
                                [('label', 'INT64', [None, 1]), ('scores', 'FLOAT', [None, 1])],
                                constants=[const('zero', 0), const('one', 1, np.int64), const('minus', -1, np.int64)]),
         'Label -1 or 1 and a score.', {'prediction': outlier}, 'onnx.ai/sklearn-onnx: IsolationForest', absent='^probability_')
    centres = np.array([[5.0, 3.5, 1.5, 0.25], [6.0, 3.0, 4.5, 1.5]])
    distance = np.sqrt(((X[:, None, :] - centres) ** 2).sum(axis=2))
    case('kmeans', of([node('Unsqueeze', ['float_input', 'axis'], 'u'), node('Sub', ['u', 'C'], 'd'), node('ReduceL2', 'd', 'scores', axes=[2], keepdims=0),
                       node('ArgMin', 'scores', 'label', axis=1, keepdims=0)],
                      [LABEL, ('scores', 'FLOAT', [None, 2])], constants=[const('axis', [1], np.int64), const('C', centres)]),
         'Distances: the nearest is the smallest, so the label is no argmax and nothing is wrong with it.',
         {'prediction': distance.argmin(axis=1)}, 'onnx.ai/sklearn-onnx: KMeans', absent='^probability_')
    labels = (Z > 0).astype(int)
    split = [node('Sigmoid', 'z', 'p'), node('Greater', ['p', 'half'], 'g'), node('Cast', 'g', 'label', to=7), node('Sub', ['one', 'p'], 'q')]
    pairs = [node('Split', 'p', ['p0', 'p1', 'p2'], axis=1), node('Split', 'q', ['q0', 'q1', 'q2'], axis=1)]
    pairs += [node('Concat', [f'q{k}', f'p{k}'], f'pair{k}', axis=1) for k in range(3)]
    sequence = node('SequenceConstruct', ['pair0', 'pair1', 'pair2'], 'probabilities')
    case('multi-output-classifier', of([gemm('float_input'), *split, *pairs, sequence], [('label', 'INT64', [None, 3]), tensors('probabilities')],
                                       constants=CONSTANTS + [const('half', 0.5), const('one', 1)]),
         'Three labels and a sequence of tensors. The labels are right, or the output that is no tensor is named.',
         [columns('prediction', labels), columns('prediction_label', labels)], s.BATCH_AXIS, refuse='probabilities', says='probabilities')


def boosters(corpus):
    def case(name, model, why, value, source, table=TABLE, **more):
        corpus.case(f'outputs/{name}', corpus.model(name, model), table, source, why, value, **more)

    trees = dict(nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_featureids=[2, 0, 0], nodes_values=[2.5, 0.0, 0.0],
                 nodes_hitrates=[1.0, 1.0, 1.0], nodes_modes=['BRANCH_LT', 'LEAF', 'LEAF'], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
                 nodes_missing_value_tracks_true=[1, 0, 0])
    margin = np.where(X[:, 2] < 2.5, -1.5, 0.75)
    p = sigmoid(margin)
    two = {'prediction': (p > 0.5).astype(int), 'probability_0': 1 - p, 'probability_1': p}
    binary = dict(trees, class_treeids=[0, 0], class_nodeids=[1, 2], class_ids=[0, 0], class_weights=[-1.5, 0.75], post_transform='LOGISTIC')
    ensemble = lambda x, label, p, **labels: ml('TreeEnsembleClassifier', x, [label, p], **binary, **labels)
    case('lightgbm-binary', build([ensemble('input', 'label', 'p', classlabels_int64s=[0, 1]), ml('ZipMap', 'p', 'probabilities', classlabels_int64s=[0, 1])],
                                  [('input', 'FLOAT', [None, 4])], [LABEL, maps('probabilities')], producer='OnnxMLTools', opset=9, ml_opset=1, ir=4),
         'One weight for each leaf, a logistic function, maps.', two, s.LIGHTGBM)
    case('xgboost-two-columns', build([ensemble('float_input', 'label', 'probabilities', classlabels_int64s=[0, 1])], IN, [LABEL, ('probabilities', 'FLOAT', [None, 2])],
                                      producer='OnnxMLTools', ml_opset=1),
         'Label and [N, 2].', two, s.XGBOOST)
    case('catboost-ints', build([ensemble('features', 'label', 'p', classlabels_int64s=[0, 1]), ml('ZipMap', 'p', 'probabilities', classlabels_int64s=[0, 1])],
                                [('features', 'FLOAT', ['N', 4])], [('label', 'INT64', ['N']), maps('probabilities')], producer='CatBoost', ml_opset=2, ir=3, opset=9),
         'The input is called features.', two, s.CATBOOST)
    say = ['left', 'stayed']
    named = {'prediction': [say[k] for k in two['prediction']], 'probability_left': 1 - p, 'probability_stayed': p}
    case('catboost-strings', build([ensemble('features', 'label', 'p', classlabels_strings=say), ml('ZipMap', 'p', 'probabilities', classlabels_strings=say)],
                                   [('features', 'FLOAT', ['N', 4])], [('label', 'STRING', ['N']), maps('probabilities', 'STRING')], producer='CatBoost', opset=9, ir=3),
         'Classes are names.', named, s.CATBOOST)
    regressor = dict(trees, target_treeids=[0, 0], target_nodeids=[1, 2], target_ids=[0, 0], target_weights=[-1.5, 0.75], n_targets=1)
    tree = lambda x, y, **more: ml('TreeEnsembleRegressor', x, y, **regressor, **more)
    case('catboost-regression', build([tree('features', 'predictions')], [('features', 'FLOAT', ['N', 4])], [('predictions', 'FLOAT', ['N', 1])], producer='CatBoost'),
         'An output called predictions.', {'prediction': margin}, s.CATBOOST)
    case('xgboost-logistic-regression', build([tree('float_input', 'margin'), node('Sigmoid', 'margin', 'variable')], IN, [('variable', 'FLOAT', [None, 1])], producer='OnnxMLTools'),
         'reg:logistic: a regressor that ends in a logistic function gives a share, no class.', {'prediction': p}, s.SIGMOID)
    holes = csv(COLUMNS, [[5, 3, '', 1], [5, 3, 2, 1], [5, 3, 3, 1]])
    case('xgboost-missing', build([tree('float_input', 'variable')], IN, [('variable', 'FLOAT', [None, 1])], producer='OnnxMLTools'),
         'An empty cell is missing; the tree knows where missing values go.', {'prediction': [-1.5, -1.5, 0.75]}, s.XGBOOST, table=holes)


def frameworks(corpus):
    def case(name, model, why, value, source, table=TABLE, **more):
        corpus.case(f'outputs/{name}', corpus.model(name, model), table, source, why, value, **more)

    def dense(x, out, last='Softmax', **more):
        nodes = [gemm(x, 'z' if last else out)] + ([node(last, 'z', out, **({'axis': 1} if last == 'Softmax' else {}))] if last else [])
        return build(nodes, [(x, 'FLOAT', more.pop('shape', ['N', 4]))], [(out, 'FLOAT', more.pop('out_shape', ['N', 3]))], constants=CONSTANTS, **more)

    case('pytorch-old-names', dense('input.1', '15', None, opset=11, ir=6), 'PyTorch without names: input.1 and a number.', RAW, s.FORECAST)
    case('pytorch-dynamo-names', dense('l_x_', 'addmm', None, opset=18, ir=10), 'The dynamo exporter: l_x_.', RAW, s.FORECAST)
    case('pytorch-softmax', dense('onnx::Gemm_0', '5'), 'A Softmax at the end: classes 0, 1, 2.', softmax_of(), s.TRIBUO)
    case('tf2onnx-dense', dense('dense_input:0', 'dense_2:0', producer='tf2onnx', shape=['unk__7', 4], out_shape=['unk__8', 3], opset=9, ir=4),
         'Names that end in :0, sizes called unk__7.', softmax_of(), 'onnx/tensorflow-onnx README')
    case('keras2onnx-sigmoid', build([gemm('dense_input', 'z'), node('Slice', ['z', 'from', 'to', 'axis'], 's'), node('Sigmoid', 's', 'dense_2')],
                                     [('dense_input', 'FLOAT', ['N', 4])], [('dense_2', 'FLOAT', ['N', 1])], producer='keras2onnx',
                                     constants=CONSTANTS + [const('from', [0], np.int64), const('to', [1], np.int64), const('axis', [1], np.int64)]),
         'One unit and a sigmoid may be a class or a share: the value as it is.', {'prediction': sigmoid(Z[:, 0])}, s.SIGMOID, absent='^probability_')
    case('tribuo-softmax', dense('input', 'output', producer='Tribuo', meta={'TRIBUO_PROVENANCE': 'CgEx/8KAdGVzdA=='}), 'Softmax, with a provenance in the metadata that names nothing.',
         softmax_of(), s.TRIBUO)
    case('paddle-softmax', dense('x', 'softmax_0.tmp_0', producer='PaddlePaddle', shape=[-1, 4], out_shape=[-1, 3]), 'paddle2onnx writes an open size as -1.', softmax_of(),
         'PaddlePaddle/Paddle2ONNX README')
    case('paddle-linear', dense('x', 'linear_2.tmp_1', None, producer='PaddlePaddle', shape=[-1, 4], out_shape=[-1, 3]), 'No Softmax: numbers.', RAW, 'PaddlePaddle/Paddle2ONNX README')
    case('matlab-softmax', dense('input', 'softmax', producer='MATLAB Deep Learning Toolbox', opset=8, ir=3, constants_as_inputs=True),
         'Weights are also graph inputs; nobody has to give them.', softmax_of(), 'mathworks.com: exportONNXNetwork')
    case('cntk-plus', build([node('MatMul', ['Input3', 'Parameter193'], 'Times'), node('Add', ['Times', 'Parameter194'], 'Plus214_Output_0')],
                            [('Input3', 'FLOAT', [1, 4])], [('Plus214_Output_0', 'FLOAT', [1, 3])], constants=[const('Parameter193', W.T), const('Parameter194', B)],
                            producer='CNTK', opset=8, ir=3, constants_as_inputs=True),
         'A batch of one baked in, weights among the inputs, numbers at the end.', RAW, s.CNTK)
    tokens = np.array([[1, 5, 2, 0], [3, 3, 2, 0], [4, 1, 5, 2]])
    table = np.arange(12, dtype=float).reshape(6, 2) / 8
    logits = (table[tokens] * np.array([[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]])[:, :, None]).sum(axis=1)
    hf = build([node('Gather', ['E', 'input_ids'], 'e'), node('Cast', 'attention_mask', 'm', to=1), node('Unsqueeze', ['m', 'axis'], 'u'),
                node('Mul', ['e', 'u'], 'f'), node('ReduceSum', ['f', 'middle'], 'logits', keepdims=0)],
               [('input_ids', 'INT64', ['batch_size', 4]), ('attention_mask', 'INT64', ['batch_size', 4])], [('logits', 'FLOAT', ['batch_size', 2])],
               constants=[const('E', table), const('axis', [2], np.int64), const('middle', [1], np.int64)])
    names = [f'input_ids_{k}' for k in range(4)] + [f'attention_mask_{k}' for k in range(4)]
    mask = [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    case('optimum-logits', hf, 'An output called logits, and nothing that says what the two stand for.', columns('prediction', logits), s.FORECAST,
         table=csv(names, np.hstack([tokens, mask])), absent='^probability_')
    vision = build([gemm('data', 'z'), node('Softmax', 'z', 'p', axis=1), node('ArgMax', 'p', 'k', axis=1), ml('LabelEncoder', 'k', 'classLabel', keys_int64s=[0, 1, 2], values_strings=NAMES),
                    ml('ZipMap', 'p', 'loss', classlabels_strings=NAMES)],
                   [('data', 'FLOAT', ['N', 4])], [('classLabel', 'STRING', ['N', 1]), maps('loss', 'STRING')], constants=CONSTANTS, producer='customvision')
    pixels = np.arange(36).reshape(3, 12) % 7 / 4
    weights = np.arange(12).reshape(12, 1) / 8
    nhwc = build([node('Transpose', 'input_1:0', 'nchw', perm=[0, 3, 1, 2]), node('Relu', 'nchw', 'r'), node('Transpose', 'r', 'nhwc', perm=[0, 2, 3, 1]), node('Flatten', 'nhwc', 'f'), node('MatMul', ['f', 'w'], 'Identity:0')],
                 [('input_1:0', 'FLOAT', ['unk__5', 2, 2, 3])], [('Identity:0', 'FLOAT', ['unk__6', 1])], constants=[const('w', weights)], producer='tf2onnx')
    case('tf2onnx-nhwc', nhwc, 'Pixels in the order of the input as it is declared: rows, columns, channels.', {'prediction': (pixels @ weights)[:, 0]}, 'onnx/tensorflow-onnx: --inputs-as-nchw',
         table=csv([f'pixel{k}' for k in range(12)], pixels))
    case('custom-vision', vision, 'The map of probabilities is called loss.', softmax_of(NAMES), s.CUSTOM_VISION)
    for name, text in (('yolo-names', "{0: 'setosa', 1: 'versicolor', 2: 'virginica'}"), ('id2label', '{"0": "setosa", "1": "versicolor", "2": "virginica"}')):
        case(name, dense('images', 'output0', meta={'names': text, 'task': 'classify'}), 'The class names stand in the metadata as a dictionary.', softmax_of(NAMES), s.YOLO)
    case('class-names-list', dense('x', 'y', None, meta={'class_names': '["setosa", "versicolor", "virginica"]'}), 'As many values as names: the model names classes.',
         [softmax_of(NAMES), {'prediction': [NAMES[k] for k in BEST]}], s.YOLO)
    case('class-names-too-few', dense('x', 'y', meta={'names': "{0: 'cat', 1: 'dog'}"}), 'Two names for three values name nothing.', softmax_of(), s.YOLO,
         absent='cat|dog')
    estimator = build([gemm('x', 'z'), node('Softmax', 'z', 'scores', axis=1), node('Shape', 'scores', 'shape'), node('Expand', ['names', 'shape'], 'classes')],
                      [('x', 'FLOAT', ['N', 4])], [('classes', 'STRING', ['N', 3]), ('scores', 'FLOAT', ['N', 3])], constants=CONSTANTS + [const('names', NAMES, object)],
                      producer='tf2onnx')
    case('tf-estimator-classes', estimator, 'classes holds all names in every row: the first of them is no prediction.',
         [{'prediction': [NAMES[k] for k in BEST]}, {'prediction': BEST}, columns('prediction_scores', P), {'prediction_scores': BEST}], 'onnx/tensorflow-onnx README',
         refuse='classes')


def mlnet(corpus):
    def case(name, model, table, why, value, **more):
        corpus.case(f'outputs/{name}', corpus.model(name, model), table, s.MLNET, why, value, **more)

    one = const('one', [1], np.int64)
    features = [node('Concat', COLUMNS, 'Features', axis=1)]
    ports = [(c, 'FLOAT', [None, 1]) for c in COLUMNS]
    echoes = [node('Identity', c, f'{c}.output') for c in [*COLUMNS, 'Features']]
    echoed = [(f'{c}.output', 'FLOAT', [None, 1]) for c in COLUMNS] + [('Features.output', 'FLOAT', [None, 4])]
    keys = ml('LabelEncoder', 'Label', 'Key', keys_strings=NAMES, values_int64s=[1, 2, 3], default_int64=0)
    multi = [*features, keys, node('Cast', 'Key', 'Label.output', to=12), classifier('L', 'S', 'Features', classlabels_ints=[1, 2, 3]), node('Cast', 'L', 'PL', to=12),
             node('Unsqueeze', ['PL', 'one'], 'PredictedLabel.output'), node('Identity', 'S', 'Score.output'), *echoes]
    model = build(multi, ports + [('Label', 'STRING', [None, 1])], [*echoed, ('Label.output', 'UINT32', [None, 1]), ('PredictedLabel.output', 'UINT32', [None, 1]), ('Score.output', 'FLOAT', [None, 3])],
                  constants=[one], producer='ML.NET', ml_opset=2, opset=13)
    case('mlnet-multiclass', model, csv(['Label', *COLUMNS], [[NAMES[(k + 1) % 3], *row] for k, row in enumerate(X)]), 'Label is echoed; the truth in the table is not the prediction.', {'prediction': BEST + 1})
    case('mlnet-multiclass-without-label', model, TABLE, 'Label feeds nothing but its own echo, so the table need not have it.', {'prediction': BEST + 1})
    score = [*features, linear('Features', 'S', W[0], B[0])]
    binary = [*score, node('Greater', ['S', 'zero'], 'PredictedLabel.output'), node('Sigmoid', 'S', 'Probability.output'), node('Identity', 'S', 'Score.output'), node('Identity', 'Label', 'Label.output'), *echoes]
    model = build(binary, ports + [('Label', 'BOOL', [None, 1])], [*echoed, ('Label.output', 'BOOL', [None, 1]), ('PredictedLabel.output', 'BOOL', [None, 1]), ('Score.output', 'FLOAT', [None, 1]),
                  ('Probability.output', 'FLOAT', [None, 1])], constants=[const('zero', 0)], producer='ML.NET', opset=13)
    predicted = [[str(int(z > 0)), str(z > 0), str(z > 0).lower()] for z in Z[:, 0]]
    case('mlnet-binary', model, csv([*COLUMNS, 'Label'], [[*row, 'FALSE' if z > 0 else 'TRUE'] for row, z in zip(X, Z[:, 0])]), 'A bool label that is echoed and says the opposite.', {'prediction': predicted})
    case('mlnet-binary-without-label', model, TABLE, 'The same without the column.', {'prediction': predicted})
    regression = [*score, node('Identity', 'S', 'Score.output'), node('Identity', 'Label', 'Label.output'), *echoes]
    model = build(regression, ports + [('Label', 'FLOAT', [None, 1])], [*echoed, ('Label.output', 'FLOAT', [None, 1]), ('Score.output', 'FLOAT', [None, 1])], producer='ML.NET', opset=13)
    case('mlnet-regression', model, csv([*COLUMNS, 'Label'], [[*row, 99] for row in X]), 'Score is the prediction, Label an echo.', [{'prediction': Z[:, 0]}, {'prediction_Score.output': Z[:, 0]}])
    old = [*score, node('Identity', 'S', 'Score0'), node('Identity', 'Label', 'Label0'), node('Identity', 'Features', 'Features0')]
    model = build(old, ports + [('Label', 'FLOAT', [None, 1])], [('Label0', 'FLOAT', [None, 1]), ('Features0', 'FLOAT', [None, 4]), ('Score0', 'FLOAT', [None, 1])], producer='ML.NET', opset=9, ir=4)
    case('mlnet-old-names', model, TABLE, 'ML.NET before 1.5 appends 0 to the names.', [{'prediction': Z[:, 0]}, {'prediction_Score0': Z[:, 0]}])
    ranking = [*score, node('Identity', 'S', 'Score.output'), node('Identity', 'GroupId', 'GroupId.output'), *echoes]
    model = build(ranking, ports + [('GroupId', 'UINT32', [None, 1])], [*echoed, ('GroupId.output', 'UINT32', [None, 1]), ('Score.output', 'FLOAT', [None, 1])], producer='ML.NET', opset=13)
    case('mlnet-ranking', model, csv(['GroupId', *COLUMNS], [[7, *row] for row in X]), 'GroupId is echoed as an integer and is no label.', [{'prediction': Z[:, 0]}, {'prediction_Score.output': Z[:, 0]}])
    centres = np.array([[5.0, 3.5, 1.5, 0.25], [6.0, 3.0, 4.5, 1.5]])
    distance = ((X[:, None, :] - centres) ** 2).sum(axis=2)
    cluster = [*features, node('Unsqueeze', ['Features', 'one'], 'U'), node('Sub', ['U', 'C'], 'D'), node('ReduceSumSquare', 'D', 'Score.output', axes=[2], keepdims=0),
               node('ArgMin', 'Score.output', 'K', axis=1, keepdims=1), node('Add', ['K', 'one'], 'K1'), node('Cast', 'K1', 'PredictedLabel.output', to=12), *echoes]
    model = build(cluster, ports, [*echoed, ('PredictedLabel.output', 'UINT32', [None, 1]), ('Score.output', 'FLOAT', [None, 2])], constants=[one, const('C', centres)], producer='ML.NET', opset=13)
    case('mlnet-clustering', model, TABLE, 'Scores are distances: no probabilities.', {'prediction': distance.argmin(axis=1) + 1}, absent='^probability_')
    nimbus = [*features, classifier('L', 'Score', 'Features', classlabels_ints=[0, 1, 2]), node('Unsqueeze', ['L', 'one'], 'LU'), ml('LabelEncoder', 'LU', 'PredictedLabel', keys_int64s=[0, 1, 2], values_strings=NAMES),
              node('Identity', 'Name', 'Name.output')]
    model = build(nimbus, ports + [('Name', 'STRING', [None, 1])], [('Name.output', 'STRING', [None, 1]), ('PredictedLabel', 'STRING', [None, 1]), ('Score', 'FLOAT', [None, 3])], constants=[one], producer='ML.NET', opset=13)
    case('nimbusml-text-echo', model, csv(['Name', *COLUMNS], [[f'flower {k}', *row] for k, row in enumerate(X)]), 'A text column passes through; the label is text too.', {'prediction': [NAMES[k] for k in BEST]})
    baked = [linear('Features', 'S', W[0], B[0]), node('Identity', 'S', 'Score.output'), node('Identity', 'Label', 'Label.output')]
    model = build(baked, [('Features', 'FLOAT', [1, 4]), ('Label', 'FLOAT', [1, 1])], [('Label.output', 'FLOAT', [1, 1]), ('Score.output', 'FLOAT', [1, 1])], producer='ML.NET', opset=13)
    case('mlnet-vector-batch-one', model, TABLE, 'A vector column and a batch of one.', [{'prediction': Z[:, 0]}, {'prediction_Score.output': Z[:, 0]}])


def write(corpus):
    skl2onnx(corpus)
    boosters(corpus)
    frameworks(corpus)
    mlnet(corpus)
