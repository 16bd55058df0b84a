import { exportLines } from './export-lines.js';
import { zipNames } from './zip-names.js';

/** What a file is that is no ONNX model, and what to do about it. */
export interface FileKind {
  what: string;
  todo: string;
}

const looked = 4096;

/** Recognises files that people hand in for an ONNX model by their first bytes; undefined for any other. */
export function recogniseFile(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return { what: 'it is empty', todo: 'Download or export it again.' };
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, looked));
  return byMagic(head, bytes) ?? byText(head.toString('latin1').replace(/^\xef\xbb\xbf/, ''));
}

const makeOnnx = (line: string) => `Make one of it: ${line}`;

type Magic = [at: number, magic: string, kind: FileKind];
const magics: Magic[] = [
  [0, '\x89HDF\r\n\x1a\n', { what: 'it is an HDF5 file (Keras .h5)', todo: makeOnnx(exportLines.keras) }],
  [4, 'TFL3', { what: 'it is a TensorFlow Lite model', todo: makeOnnx(exportLines.tflite) }],
  [
    4,
    'ORTM',
    { what: 'it is a model in the .ort format', todo: 'Give the .onnx file that it was made from.' },
  ],
  [4, 'ET12', { what: 'it is an ExecuTorch program (.pte)', todo: makeOnnx(exportLines.pytorch) }],
  [
    0,
    'GGUF',
    { what: 'it is a language model in the GGUF format', todo: 'Such models do not run over tables.' },
  ],
  [0, 'CBM1', { what: 'it is a CatBoost model (.cbm)', todo: makeOnnx(exportLines.catboost) }],
  [0, '\x93NUMPY', { what: 'it is a NumPy array (.npy)', todo: 'It holds numbers and no model.' }],
  [
    0,
    '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19',
    { what: 'it is a PyTorch file (.pt, .pth)', todo: makeOnnx(exportLines.pytorch) },
  ],
  [
    0,
    '\x1f\x8b',
    {
      what: 'it is compressed (gzip)',
      todo: 'Unpack it first; an R object (.rds) or a joblib file has to be exported.',
    },
  ],
  [0, 'BZh', { what: 'it is compressed (bzip2)', todo: 'Unpack it first.' }],
  [0, '\xfd7zXZ\0', { what: 'it is compressed (xz)', todo: 'Unpack it first.' }],
  [0, '(\xb5/\xfd', { what: 'it is compressed (zstd)', todo: 'Unpack it first.' }],
  [0, "7z\xbc\xaf'\x1c", { what: 'it is a 7-Zip archive', todo: 'Unpack it first.' }],
  [0, 'Rar!', { what: 'it is a RAR archive', todo: 'Unpack it first.' }],
  [257, 'ustar', { what: 'it is a tar archive', todo: 'Unpack it first.' }],
  [0, 'RDX', { what: "it is R's own data (.RData)", todo: 'Export the model from R with an ONNX exporter.' }],
  [0, '\x89PNG', { what: 'it is a picture (PNG)', todo: 'Give the model itself.' }],
  [0, '\xff\xd8\xff', { what: 'it is a picture (JPEG)', todo: 'Give the model itself.' }],
  [0, '%PDF', { what: 'it is a PDF', todo: 'Give the model itself.' }],
  [0, '\xd0\xcf\x11\xe0', { what: 'it is an old Office document', todo: 'Give the model itself.' }],
];

function byMagic(head: Buffer, bytes: Uint8Array): FileKind | undefined {
  const found = magics.find(([at, magic]) => head.toString('latin1', at, at + magic.length) === magic);
  if (found !== undefined) return found[2];
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') return zipKind(zipNames(bytes));
  const [first, second = 0] = head;
  if (first === 0x80 && second >= 2 && second <= 5) {
    return {
      what: 'it is a Python pickle (.pkl, .joblib, or .pt of PyTorch)',
      todo: `${makeOnnx(exportLines.sklearn)} For PyTorch: ${exportLines.pytorch}`,
    };
  }
  // An 8-byte length, then JSON that names each weight's type.
  if (head[8] === 0x7b && head.readUInt32LE(4) === 0 && head.includes('"dtype"')) {
    return {
      what: 'it is a .safetensors file: weights without the graph that uses them',
      todo: `Load it in its framework and export from there: ${exportLines.transformers}, or ${exportLines.pytorch}`,
    };
  }
  return undefined;
}

const contents: [entry: RegExp, kind: FileKind][] = [
  [/(^|\/)data\.pkl$/, { what: 'it is a PyTorch file (.pt, .pth)', todo: makeOnnx(exportLines.pytorch) }],
  [/\.npy$/, { what: 'it is a NumPy archive (.npz)', todo: 'It holds numbers and no model.' }],
  [
    /^MAR-INF\//,
    {
      what: 'it is a TorchServe archive (.mar)',
      todo: `Take the model out of it. ${makeOnnx(exportLines.pytorch)}`,
    },
  ],
  [
    /^(TransformerChain|TrainingInfo|Schema$|Model\/|DataLoaderModel)/,
    { what: 'it is an ML.NET model (.zip)', todo: makeOnnx(exportLines.mlNet) },
  ],
  [
    /saved_model\.pb$/,
    { what: 'it is a zipped TensorFlow SavedModel', todo: `Unpack it. ${makeOnnx(exportLines.savedModel)}` },
  ],
  [
    /^(model\.weights\.h5|config\.json)$/,
    { what: 'it is a Keras model (.keras)', todo: makeOnnx(exportLines.keras) },
  ],
  [
    /\.mlmodel$|^Manifest\.json$/,
    { what: 'it is a Core ML package', todo: 'Export the model from the framework it was trained in.' },
  ],
  [/^schema\.json$/, { what: 'it is a skops file of scikit-learn', todo: makeOnnx(exportLines.sklearn) }],
  [
    /\.onnx$/,
    {
      what: 'it is a zip archive with an ONNX model in it',
      todo: 'Unpack it and give the .onnx file, or the folder if weights lie beside it.',
    },
  ],
  [/^\[Content_Types\]\.xml$/, { what: 'it is an Office document', todo: 'Give the model itself.' }],
];

function zipKind(names: readonly string[]): FileKind {
  const found = contents.find(([entry]) => names.some((name) => entry.test(name)));
  return found?.[1] ?? { what: 'it is a zip archive', todo: 'Unpack it first.' };
}

const texts: [start: RegExp, kind: FileKind][] = [
  [
    /^\s*(<!doctype html|<html|<head|<!--)/i,
    {
      what: 'it is a web page (HTML): the download gave a page about the file, or a sign-in page',
      todo: 'Download the file itself ("Raw" or "Download raw file" on GitHub, /resolve/ instead of /blob/ on Hugging Face).',
    },
  ],
  [
    /^version https:\/\/git-lfs/,
    {
      what: 'it is a pointer of Git LFS: the model itself was not fetched',
      todo: 'Run "git lfs pull" in its repository, or download the file itself.',
    },
  ],
  [
    /^\s*<\?xml[\s\S]*<PMML|^\s*<PMML/,
    { what: 'it is a PMML model', todo: 'Export the model to ONNX from where it was trained.' },
  ],
  [
    /^\s*<\?xml[\s\S]*<net /,
    { what: 'it is an OpenVINO model', todo: 'Give the .onnx file that it was made from.' },
  ],
  [/^\s*<\?xml/, { what: 'it is an XML file', todo: 'Give the model itself.' }],
  [
    /^tree\nversion=|^tree\r\nversion=/,
    { what: 'it is a LightGBM model in text', todo: makeOnnx(exportLines.lightgbm) },
  ],
  [
    /^\{\s*"learner"|^\{L[\s\S]{1,16}learner|^\{i?.{0,3}learner|^binf/,
    { what: 'it is an XGBoost model', todo: makeOnnx(exportLines.xgboost) },
  ],
  [
    /^\{\s*"(oblivious_trees|features_info|trees|model_info)"/,
    { what: 'it is a CatBoost model in JSON', todo: makeOnnx(exportLines.catboost) },
  ],
  [
    /^\{\s*"(irVersion|graph)"/,
    {
      what: 'it is an ONNX model in JSON',
      todo: 'Save it as binary: onnx.save(google.protobuf.json_format.Parse(text, onnx.ModelProto()), "model.onnx")',
    },
  ],
  [/^\s*[{[]/, { what: 'it is JSON', todo: 'Give the model itself.' }],
  [/^7767517/, { what: 'it is an ncnn model', todo: 'Give the .onnx file that it was made from.' }],
];

function byText(head: string): FileKind | undefined {
  const known = texts.find(([start]) => start.test(head))?.[1];
  if (known !== undefined) return known;
  return looksLikeTable(head)
    ? { what: 'it is a table (CSV)', todo: 'Give the model in its place; the table is what it runs on.' }
    : undefined;
}

/** Two lines of printable text with the same delimiters. */
function looksLikeTable(head: string): boolean {
  if (/[^\P{Cc}\t\r\n]/u.test(head)) return false;
  const [first = '', second = ''] = head.split(/\r?\n/);
  return [',', ';', '\t'].some(
    (sign) => first.includes(sign) && countOf(first, sign) === countOf(second, sign),
  );
}

const countOf = (text: string, sign: string): number => text.split(sign).length;
