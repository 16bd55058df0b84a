"""What every kind of case shares: collecting cases, and writing small ONNX graphs as exporters write them."""
import json
import os
from csv import Error, reader
from io import StringIO

import numpy as np
from onnx import ModelProto, TensorProto, TypeProto, helper, numpy_helper


class Corpus:
    """Cases, with the models and tables they name. Written in an order that never changes."""

    def __init__(self):
        self.models, self.tables, self.cases = {}, {}, []

    def model(self, name, content):
        assert self.models.get(name, content) == content, f'two models are called {name}'
        assert len(content) < 20_000, f'{name} is larger than 20 KB'
        self.models[name] = content
        return name

    def case(self, name, model, table, source, why, value=None, refuse=None, never=None, says=None, absent=None):
        """
        `value`: columns of the result with their values, or a list of such dicts of which one must hold. A number is
        compared by tolerance, a text exactly, a list names several texts or numbers of which one must be there.
        `refuse`: what the sentence must name. Both: either is right. `never`: what the sentence must not say.
        `says`: what the reading must tell beside a value; a list has one entry for each dict of `value`. `absent`: names of columns that would be a lie.
        """
        assert all(name != one['name'] for one in self.cases), f'two cases are called {name}'
        assert model in self.models, f'{name} names no model'
        expect = [value] if isinstance(value, dict) else value
        for columns in expect or []:
            assert len({len(values) for values in columns.values()}) == 1, f'{name}: columns of unlike length'
        file = name + '.csv'
        self.tables[file] = table if isinstance(table, bytes) else table.encode()
        accept = 'value' if refuse is None else 'refuse' if expect is None else 'either'
        one = {'name': name, 'accept': accept, 'model': model, 'table': file, 'source': source, 'why': why}
        if expect is not None and is_plain(self.tables[file], expect):
            one['columns'] = 'named' if has_named_inputs(self.models[model]) else 'ordered'
        optional = {'expect': expect, 'refuse': refuse, 'never': never, 'says': says, 'absent': absent}
        one.update({key: entry for key, entry in optional.items() if entry is not None})
        self.cases.append(one)

    def write(self, folder):
        for sub, files in (('models', {f'{n}.onnx': c for n, c in self.models.items()}), ('tables', self.tables)):
            for name, content in files.items():
                path = os.path.join(folder, sub, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, 'wb') as file:
                    file.write(content)
        with open(os.path.join(folder, 'cases.jsonl'), 'w', encoding='utf-8', newline='\n') as file:
            for one in self.cases:
                file.write(json.dumps(plain(one), ensure_ascii=False) + '\n')


def is_plain(table, expect):
    """UTF-8, names in the first line, and a row for each row of the result: what may be shuffled and split."""
    try:
        text = table.decode()
    except UnicodeDecodeError:
        return False
    for delimiter in ',;\t':
        try:
            records = [record for record in reader(StringIO(text, newline=''), delimiter=delimiter, strict=True) if record]
        except Error:
            continue
        # Quotes behind blanks are quotes to people, and characters to this reader.
        if any(cell.lstrip().startswith('"') for record in records for cell in record):
            continue
        if records and len({len(record) for record in records}) == 1 and len(records[0]) > 1:
            names = records[0]
            rows = {len(values) for columns in expect for values in columns.values()}
            return rows == {len(records) - 1} and len(set(names)) == len(names) and not text.startswith('\ufeff')
    return False


def has_named_inputs(content):
    """Every input takes one value of a row, so columns find it by its name."""
    graph = ModelProto.FromString(content).graph
    given = {tensor.name for tensor in graph.initializer}
    shapes = [[d.dim_value for d in port.type.tensor_type.shape.dim] for port in graph.input if port.name not in given]
    return len(shapes) > 1 and all(shape[1:] in ([], [1]) for shape in shapes)


def plain(value):
    """numpy's numbers and arrays as JSON knows them."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(entry) for entry in value]
    if isinstance(value, (np.floating, np.integer)):
        value = value.item()
    return float(f'{value:.9g}') if isinstance(value, float) and abs(value) < 1e15 else value


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)


def maps(name, key='INT64'):
    """A sequence of maps, which ZipMap gives."""
    kind = TypeProto()
    entry = kind.sequence_type.elem_type.map_type
    entry.key_type = getattr(TensorProto, key)
    entry.value_type.tensor_type.elem_type = TensorProto.FLOAT
    return helper.make_value_info(name, kind)


def tensors(name):
    """A sequence of tensors."""
    kind = TypeProto()
    kind.sequence_type.elem_type.tensor_type.elem_type = TensorProto.FLOAT
    return helper.make_value_info(name, kind)


def node(op, inputs, outputs, domain='', **attributes):
    split = lambda names: names.split() if isinstance(names, str) else names
    return helper.make_node(op, split(inputs), split(outputs), domain=domain, **attributes)


def ml(op, inputs, outputs, **attributes):
    return node(op, inputs, outputs, domain='ai.onnx.ml', **attributes)


def const(name, values, kind=np.float32):
    return numpy_helper.from_array(np.array(values, dtype=kind), name)


def build(nodes, inputs, outputs, constants=(), opset=15, ml_opset=2, ir=8, producer='pytorch', meta=None, domains=(),
          constants_as_inputs=False):
    """The file's bytes. `inputs` and `outputs`: (name, element type, shape), or a value info."""
    infos = lambda ports: [tensor(*port) if isinstance(port, tuple) else port for port in ports]
    inputs = infos(inputs)
    if constants_as_inputs:
        inputs += [helper.make_tensor_value_info(c.name, c.data_type, list(c.dims)) for c in constants]
    graph = helper.make_graph(nodes, 'graph', inputs, infos(outputs), list(constants))
    opsets = [helper.make_opsetid('', opset), helper.make_opsetid('ai.onnx.ml', ml_opset)]
    opsets += [helper.make_opsetid(domain, 1) for domain in domains]
    model = helper.make_model(graph, producer_name=producer, opset_imports=opsets)
    model.ir_version = ir
    if meta is not None:
        helper.set_model_props(model, meta)
    return model.SerializeToString(deterministic=True)


def linear(x, outputs, weights, intercept=0.0):
    """scikit-learn's LinearRegression."""
    return ml('LinearRegressor', x, outputs, coefficients=[float(w) for w in weights], intercepts=[float(intercept)])


def named_linear(columns, weights, intercept=0.0, output='variable', **more):
    """One float input of one value for each column: what skl2onnx makes of a data frame."""
    nodes = [node('Concat', list(columns), 'X', axis=1), linear('X', output, weights, intercept)]
    return build(nodes, [(c, 'FLOAT', [None, 1]) for c in columns], [(output, 'FLOAT', [None, 1])],
                 **{'producer': 'skl2onnx', **more})


def matrix_linear(weights, intercept=0.0, width='known', name='float_input', **more):
    """One float matrix. `width` 'open' is FloatTensorType([None, None])."""
    shape = [None, len(weights) if width == 'known' else None]
    return build([linear(name, 'variable', weights, intercept)], [(name, 'FLOAT', shape)],
                 [('variable', 'FLOAT', [None, 1])], **{'producer': 'skl2onnx', **more})


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def csv(columns, rows, delimiter=',', end='\n'):
    lines = [columns] + [list(row) for row in rows]
    return ''.join(delimiter.join(str(cell) for cell in line) + end for line in lines)


def columns(prefix, values, names=None):
    """`values` [rows, k] as columns prefix_0, prefix_1, ... or with the names given."""
    names = range(values.shape[1]) if names is None else names
    return {f'{prefix}_{name}': list(values[:, k]) for k, name in enumerate(names)}
