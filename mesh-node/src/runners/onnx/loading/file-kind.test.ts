import { describe, expect, it } from 'vitest';
import { parseModel } from './parse-model.js';

const latin = (text: string) => Buffer.from(text, 'latin1');

/** A zip with entries of no content, as far as their local headers. */
function zip(...names: string[]): Buffer {
  return Buffer.concat(
    names.map((name) => {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name)]);
    }),
  );
}

/** A length-delimited field of Protocol Buffers, or a number. */
function field(number: number, content: string | number): Buffer {
  const key = (type: number) => {
    const value = number * 8 + type;
    return value < 128 ? [value] : [(value % 128) + 128, Math.floor(value / 128)];
  };
  if (typeof content === 'number') return Buffer.from([...key(0), content]);
  return Buffer.concat([Buffer.from([...key(2), content.length]), latin(content)]);
}

function safetensors(): Buffer {
  const json = '{"fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}';
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, Buffer.from(json), Buffer.alloc(24)]);
}

const lightGbm = 'tree\nversion=v3\nnum_class=1\n';
const tarHeader = Buffer.concat([Buffer.alloc(257), latin('ustar\0'), Buffer.alloc(249)]);

describe('a file that is no ONNX model', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), /it is empty/],
    ['a page', latin('<!DOCTYPE html>\n<html>'), /web page \(HTML\).*\/resolve\//],
    ['a page with blanks and a byte order mark', Buffer.from('\ufeff\n <html lang="en">'), /web page/],
    [
      'a Git LFS pointer',
      latin('version https://git-lfs.github.com/spec/v1\noid sha256:0'),
      /Git LFS.*git lfs pull/,
    ],
    ['PyTorch', zip('archive/data.pkl', 'archive/data/0'), /PyTorch file.*torch\.onnx\.export\(/],
    ['old PyTorch', latin('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'), /PyTorch file/],
    [
      'a pickle',
      latin('\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x8c\x07sklearn'),
      /Python pickle.*to_onnx\(/,
    ],
    ['HDF5', latin('\x89HDF\r\n\x1a\n\0\0'), /HDF5.*tf2onnx/],
    ['Keras 3', zip('metadata.json', 'config.json', 'model.weights.h5'), /Keras model \(\.keras\)/],
    ['TensorFlow Lite', latin('\x1c\0\0\0TFL3'), /TensorFlow Lite.*--tflite/],
    [
      'a SavedModel',
      Buffer.concat([field(1, 1), field(2, '\x0a\x05serve tensorflow')]),
      /SavedModel.*--saved-model/,
    ],
    ['a frozen graph', field(1, 'x Placeholder'), /frozen graph of TensorFlow/],
    ['safetensors', safetensors(), /weights without the graph.*optimum-cli/],
    ['NumPy', zip('arr_0.npy'), /NumPy archive/],
    ['an array', latin('\x93NUMPY\x01\0'), /NumPy array/],
    ['XGBoost', latin('{"learner":{"attributes":{}}}'), /XGBoost.*convert_xgboost/],
    ['XGBoost, binary', latin('{L\0\0\0\0\0\0\0\x07learner{'), /XGBoost/],
    ['LightGBM', latin(lightGbm), /LightGBM.*convert_lightgbm/],
    ['CatBoost', latin('CBM1\0\0'), /CatBoost.*format="onnx"/],
    ['ML.NET', zip('TransformerChain/Transform_000/Key.txt', 'Schema'), /ML\.NET.*ConvertToOnnx/],
    ['Core ML', Buffer.concat([field(1, 4), field(2, 'about'), field(403, 'net')]), /Core ML/],
    ['TorchServe', zip('MAR-INF/MANIFEST.json', 'model.pt'), /\.mar/],
    ['skops', zip('schema.json'), /skops/],
    ['a zip around the model', zip('model.onnx'), /zip archive with an ONNX model.*Unpack/],
    ['a zip', zip('readme.txt'), /zip archive/],
    ['gzip', latin('\x1f\x8b\x08\0'), /gzip.*\.rds/],
    ['tar', tarHeader, /tar archive/],
    ['.ort', latin('\x18\0\0\0ORTM'), /\.ort format/],
    ['GGUF', latin('GGUF\x03\0'), /GGUF/],
    ['a picture', latin('\x89PNG\r\n\x1a\n'), /picture/],
    ['PMML', latin('<?xml version="1.0"?>\n<PMML version="4.4">'), /PMML/],
    ['ONNX in JSON', latin('{"irVersion":"8","graph":{}}'), /ONNX model in JSON/],
    ['a table', latin('a;b\n1;2\n'), /table \(CSV\)/],
    ['text', latin('this is no model'), /not an ONNX model\. Export/],
  ])('is named: %s', (_, bytes, says) => {
    expect(() => parseModel(bytes)).toThrow(says);
    expect(() => parseModel(bytes)).toThrow('This file is not an ONNX model');
  });

  it('is told from an ONNX model that ends too early', () => {
    const cut = Buffer.concat([field(1, 8), field(2, 'pytorch'), Buffer.from([0x3a, 0xff, 0x7f, 1])]);
    expect(() => parseModel(cut)).toThrow(/damaged or cut off \(it has 15 bytes\)/);
  });

  it('is told from a model without outputs', () => {
    const graph = field(1, field(4, 'Abs').toString('latin1')).toString('latin1');
    expect(() => parseModel(Buffer.concat([field(1, 8), field(7, graph)]))).toThrow('has no outputs');
  });
});
