"""Models that do not run: whose fault it is, said as what it is. And models that contradict themselves."""
import gzip
import io
import zipfile

import numpy as np
from onnx import TensorProto, helper

import sources as s
from corpus import build, columns, const, csv, linear, matrix_linear, ml, node, sigmoid

X = np.array([[1, 2, 3], [4, 5, 6]])
TABLE = csv(['a', 'b', 'c'], X)
IN, OUT = [('x', 'FLOAT', ['N', 3])], [('y', 'FLOAT', ['N', 3])]
# What the runtime says and no person should have to read.
RAW = r'Non-zero status|onnxruntime[/\\]|[.](cc|h):\d|ORT_|undefined|\[object'
DAMAGE = 'damaged|corrupt|incomplete|truncated|cut off|broken|not a (valid|complete) ONNX'


def zipped(*names):
    """A zip of files that hold their own names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w') as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), name)
    return buffer.getvalue()


def both(what, fix):
    """What the file is, and how to export it."""
    return f'(?=.*({what}))(?=.*({fix}))'


def write(corpus):
    def case(name, content, source, why, refuse, value=None, table=TABLE, never=RAW, **more):
        corpus.case(f'loading/{name}', corpus.model(f'loading-{name}', content), table, source, why, value, refuse=refuse, never=never, **more)

    # Operators and their versions.
    case('custom-operator', build([node('Inverse2', 'x', 'y', domain='my_ops')], IN, OUT, domains=['my_ops']), s.CUSTOM_OP, 'An operator of a library that is not here.', 'my_ops|Inverse2|custom|library')
    case('extensions-operator', build([node('BertTokenizer', 'x', 'y', domain='ai.onnx.contrib')], IN, OUT, domains=['ai.onnx.contrib']), s.CUSTOM_OP, 'onnxruntime-extensions.', 'ai[.]onnx[.]contrib|onnxruntime-extensions|BertTokenizer|library')
    case('unknown-contrib-operator', build([node('FusedNothing', 'x', 'y', domain='com.microsoft')], IN, OUT, domains=['com.microsoft']), s.CUSTOM_OP, 'An operator that com.microsoft does not have.', 'FusedNothing|com[.]microsoft')
    case('misspelt-operator', build([node('Sofmax', 'x', 'y')], IN, OUT), s.CUSTOM_OP, 'An operator that ONNX does not have.', 'Sofmax')
    four = [const(n, v) for n, v in (('s', [1, 1, 1]), ('b', [0, 0, 0]), ('m', [0, 0, 0]), ('v', [1, 1, 1]))]
    old = build([node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], 'y', is_test=1)], IN, OUT, constants=four, opset=6, ir=3, constants_as_inputs=True, producer='CNTK')
    case('opset-6', old, s.OPSET, 'BatchNormalization of opset 6.', 'too old|opset 6|opset 7|newer opset|convert', never='too new|older opset|newer ONNX Runtime|' + RAW)
    case('opset-1', build([node('Relu', 'x', 'y', consumed_inputs=[0])], IN, OUT, opset=1, ir=3), s.OPSET, 'Relu of opset 1.', 'too old|opset 1|opset 7|newer opset|convert', never='too new|older opset|newer ONNX Runtime|' + RAW)
    case('opset-99', build([node('Relu', 'x', 'y')], IN, OUT, opset=99), s.OPSET, 'An opset that does not exist yet.', 'opset.*99|99.*opset|too new|newer', never='too old|' + RAW)
    case('ml-opset-99', build([linear('x', 'y', [1, 2, 3])], IN, [('y', 'FLOAT', ['N', 1])], ml_opset=99), s.OPSET, 'The same for ai.onnx.ml.', 'ai[.]onnx[.]ml|99|too new|newer', never='too old|' + RAW)
    case('ir-99', build([node('Relu', 'x', 'y')], IN, OUT, ir=99), s.IR, 'A file format that does not exist yet.', 'IR|format|99|too new|newer', never='damaged|corrupt|too old|' + RAW)
    case('no-kernel-for-type', build([node('Conv', ['x', 'k'], 'y')], [('x', 'INT32', ['N', 1, 3])], [('y', 'INT32', ['N', 1, 3])], constants=[const('k', [[[1]]], np.int32)]), s.KERNEL, 'Conv over integers.', 'Conv|int32|type')
    # Files.
    good = matrix_linear([1.0, 10.0, 100.0])
    case('cut-off', good[:len(good) * 2 // 3], s.PARSE, 'A download that stopped.', DAMAGE)
    case('zeros-inside', good[:40] + bytes(40) + good[80:], s.PARSE, 'A block of zeros in the middle.', DAMAGE + '|invalid|not an ONNX', never='my_ops|' + RAW)
    case('empty-file', b'', s.PARSE, 'Nothing in the file.', 'empty|0 bytes|nothing')
    case('lfs-pointer', b'version https://git-lfs.github.com/spec/v1\noid sha256:5945dee6478abdab2d5e4ce3868b4d969741e3dad2134cc669da65a4f092755b\nsize 435852734\n', s.LFS, 'The pointer that Git LFS leaves.', both('LFS', 'git lfs pull|download'), never='damaged|' + RAW)
    case('html-page', b'<!DOCTYPE html>\n<html lang="en">\n<head><title>model.onnx at main</title></head>\n<body></body>\n</html>\n', s.LFS, 'The page around the download link.', 'HTML|web page', never='damaged|' + RAW)
    case('xml-error', b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>\n', s.LFS, 'A cloud store refused.', 'XML|HTML|web|PMML', never='damaged|' + RAW)
    case('json-error', b'{"error": "Repository not found", "status": 404}\n', s.LFS, 'So did a model hub.', 'JSON', never='damaged|' + RAW)
    case('csv-as-model', b'a,b,c\n1,2,3\n', s.LFS, 'The table in the model\'s place.', 'CSV|table|text')
    case('torch-zip', b'PK\x03\x04\x00\x00\x08\x08\x00\x00\x00\x00\x00\x00' + bytes(12) + b'\x10\x00\x12\x00archive/data.pkl' + bytes(60) + b'archive/version', 'pytorch.org: torch.save', 'A .pt file of PyTorch.', both('PyTorch|[.]pt', 'torch[.]onnx'), never='damaged|' + RAW)
    case('torch-legacy', b'\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.' + bytes(40), 'pytorch.org: torch.save', 'An old .pth file.', both('PyTorch|pickle', 'torch[.]onnx'), never='damaged|' + RAW)
    case('pickle', b'\x80\x04\x95\x1c\x01\x00\x00\x00\x00\x00\x00\x8c\x15sklearn.linear_model._base\x94\x8c\x10LinearRegression\x94\x93\x94.', 'scikit-learn.org: Model persistence', 'A pickle of scikit-learn.', both('pickle', 'skl2onnx|to_onnx'), never='damaged|' + RAW)
    case('joblib-compressed', b'\x78\x9c' + bytes(range(1, 120)), 'joblib.readthedocs.io: dump(compress=3)', 'A compressed file of joblib.', 'joblib|pickle|compressed|not an ONNX|no ONNX')
    case('hdf5', b'\x89HDF\r\n\x1a\n' + bytes(100), 'keras.io: Whole model saving', 'A .h5 file of Keras.', both('Keras|HDF5', 'tf2onnx'), never='damaged|' + RAW)
    case('keras-zip', zipped('metadata.json', 'config.json', 'model.weights.h5'), 'keras.io: Whole model saving', 'A .keras file.', both('Keras', 'tf2onnx'), never='damaged|' + RAW)
    case('tflite', b'\x1c\x00\x00\x00TFL3\x14\x00\x20\x00' + bytes(60), 'tensorflow.org/lite', 'A .tflite file.', both('TensorFlow Lite|TFLite', 'tf2onnx'), never='damaged|' + RAW)
    case('safetensors', (b'\x4e\x00\x00\x00\x00\x00\x00\x00' + b'{"weight":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]}}'.ljust(78) + bytes(12)), 'huggingface.co: safetensors', 'A .safetensors file.', both('safetensors', 'optimum|torch[.]onnx'), never='damaged|' + RAW)
    case('gguf', b'GGUF\x03\x00\x00\x00' + bytes(64), 'ggerganov/ggml: GGUF', 'A .gguf file.', 'GGUF|llama|language model', never='damaged|' + RAW)
    case('ort-format', b'\x24\x00\x00\x00ORTM' + bytes(64), 'onnxruntime.ai: ORT model format', 'A model in the ORT format, cut off.', 'ORT format|[.]ort|ORT model', never=r'\[object|[.](cc|h):\d')
    case('xgboost-json', b'{"learner":{"attributes":{},"feature_names":[],"gradient_booster":{"model":{}}},"version":[1,7,4]}', 'xgboost.readthedocs.io: Model IO', 'XGBoost\'s own JSON.', both('XGBoost', 'onnxmltools'), never='damaged|' + RAW)
    case('lightgbm-text', b'tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=2\n', 'lightgbm.readthedocs.io: save_model', 'LightGBM\'s own text.', both('LightGBM', 'onnxmltools'), never='damaged|' + RAW)
    case('catboost-cbm', b'CBM1\x10\x02\x00\x00' + bytes(80), 'catboost.ai: save_model', 'CatBoost\'s own format.', both('CatBoost', 'format=.?onnx|onnx'), never='damaged|' + RAW)
    case('pmml', b'<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/></PMML>\n', 'dmg.org: PMML', 'A PMML file.', 'PMML', never='damaged|' + RAW)
    case('gzip', gzip.compress(good, mtime=0), s.PARSE, 'A model that is still compressed.', 'gzip|compressed|unpack', never='damaged|' + RAW)
    case('rds', b'RDX3\nX\n\x00\x00\x00\x03' + bytes(40), 'stat.ethz.ch: save, saveRDS', 'R\'s own format.', r'\bR\b|RData|RDS')
    # Graphs that cannot be.
    outside = helper.make_tensor('w', TensorProto.FLOAT, [3, 1], vals=[1.0, 10.0, 100.0])
    outside.ClearField('float_data')
    outside.data_location = TensorProto.EXTERNAL
    for key, entry in (('location', 'model.onnx.data'), ('offset', '0'), ('length', '12')):
        line = outside.external_data.add()
        line.key, line.value = key, entry
    case('weights-in-another-file', build([node('MatMul', ['x', 'w'], 'y')], IN, [('y', 'FLOAT', ['N', 1])], constants=[outside]), 'pytorch/pytorch: torch.onnx.export(external_data=True)', 'Its weights lie in a file that did not come along.', 'model[.]onnx[.]data')
    case('nothing-feeds-it', build([node('MatMul', ['x', 'nowhere'], 'y')], IN, [('y', 'FLOAT', ['N', 1])]), s.PARSE, 'A node takes what nothing gives.', 'nowhere|MatMul|damaged|invalid')
    case('no-outputs', build([node('Relu', 'x', 'y')], IN, []), s.PARSE, 'No outputs.', 'output')
    case('no-inputs', build([node('Constant', [], 'y', value=const('v', [1.0, 2.0]))], [], [('y', 'FLOAT', [2])]), s.PARSE, 'No inputs.', 'input')
    case('sizes-that-clash', build([node('MatMul', ['x', 'w'], 'y')], IN, [('y', 'FLOAT', ['N', 1])], constants=[const('w', [[1], [2]])]), s.PARSE, 'A matrix of two rows for three columns.', 'MatMul|dimension|shape|size|fit')
    # What happens on the way.
    gather = build([node('Gather', ['E', 'x'], 'y')], [('x', 'INT64', ['N', 1])], [('y', 'FLOAT', ['N', 1, 2])], constants=[const('E', np.arange(10).reshape(5, 2))])
    case('code-out-of-range', gather, 'pytorch.org: Embedding', 'A category code of 9 where the model has five.', 'range|bounds|line 3|row 2|\\b9\\b', table=csv(['x'], [[1], [9]]))
    huge = build([node('ConstantOfShape', 'shape', 'h'), node('ReduceSum', 'h', 'r', keepdims=0), node('Add', ['x', 'r'], 'y')], IN, OUT, constants=[const('shape', [3000000, 3000000], np.int64)])
    case('more-memory-than-there-is', huge, 'microsoft/onnxruntime: bad allocation', '36 TB.', 'memory', never='damaged|' + RAW)
    case('division-by-zero', build([node('Div', ['ten', 'x'], 'd'), node('Cast', 'd', 'y', to=1)], [('x', 'INT64', ['N', 1])], [('y', 'FLOAT', ['N', 1])], constants=[const('ten', 10, np.int64)]), 'onnx.ai: Div of integers', 'Ten divided by nothing, in integers.',
         'zero|divi|crash|ended|stopped', table=csv(['x'], [[2], [0]]))
    # What has to work.
    branch = lambda name, factor: helper.make_graph([node('Mul', ['x', f'f{name}'], f'y{name}')], name, [], [helper.make_tensor_value_info(f'y{name}', TensorProto.FLOAT, None)], [const(f'f{name}', factor)])
    control = build([node('ReduceMax', 'x', 'm', keepdims=0), node('Greater', ['m', 'five'], 'g'), helper.make_node('If', ['g'], ['y'], then_branch=branch('t', 2), else_branch=branch('e', 3))], [('x', 'FLOAT', [1, 3])], [('y', 'FLOAT', [1, 3])], constants=[const('five', 5)])
    answer = np.where(X.max(axis=1, keepdims=True) > 5, 2, 3) * X
    corpus.case('loading/control-flow', corpus.model('loading-control-flow', control), TABLE, 'onnx.ai: If', 'If, a row at a time.', columns('prediction', answer))


def contradictions(corpus):
    # Platt's probabilities and the decision of an SVM.
    z = np.array([[0.25], [-0.25], [2.0], [-2.0]])
    p = sigmoid(z[:, 0] * 2 - 1)
    model = build([node('Greater', ['x', 'zero'], 'g'), node('Cast', 'g', 'l', to=7), node('Reshape', ['l', 'flat'], 'label'), node('Mul', ['x', 'two'], 'm'), node('Sub', ['m', 'one'], 'n'), node('Sigmoid', 'n', 'p'), node('Sub', ['one', 'p'], 'q'), node('Concat', ['q', 'p'], 'probabilities', axis=1)],
                  [('x', 'FLOAT', [None, 1])], [('label', 'INT64', [None]), ('probabilities', 'FLOAT', [None, 2])], constants=[const('zero', 0), const('two', 2), const('one', 1), const('flat', [-1], np.int64)], producer='skl2onnx')
    answer = {'prediction': [1, 0, 1, 0], 'probability_0': 1 - p, 'probability_1': p}
    corpus.case('contradictions/label-is-not-likeliest', corpus.model('contradictions-svc', model), csv(['x'], z), s.SVC, 'An SVM\'s label may not be its likeliest class: both are shown, and it is said.', answer, says='(likeliest|highest|largest|argmax|most probable|differ|disagree|contradict)')
    corpus.case('contradictions/none-here', 'contradictions-svc', csv(['x'], z[2:]), s.SVC, 'Rows where both agree.', {key: list(values)[2:] for key, values in answer.items()})
    nan = build([ml('LinearClassifier', 'x', ['label', 'probabilities'], coefficients=[1.0, -1.0], intercepts=[0.0, 0.0], multi_class=1, post_transform='SOFTMAX', classlabels_ints=[0, 1])], [('x', 'FLOAT', [None, 1])],
                [('label', 'INT64', [None]), ('probabilities', 'FLOAT', [None, 2])], producer='skl2onnx')
    p = sigmoid(2 * np.array([1.0, -1.0]))
    corpus.case('contradictions/probabilities-of-nothing', corpus.model('contradictions-nan', nan), 'id,x\n1,1\n2,NaN\n3,-1\n', s.NA_CATEGORY, 'NaN in: probabilities are no numbers, so there is no class.', {'prediction': [0, [''], 1], 'probability_0': [p[0], ['', 'NaN', 'nan'], p[1]]})
