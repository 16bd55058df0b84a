/** The line that makes an ONNX file, in each exporter's own language. */
export const exportLines = {
  pytorch:
    'torch.onnx.export(model.eval(), example, "model.onnx", input_names=["x"], dynamic_axes={"x": {0: "batch"}})',
  sklearn:
    'from skl2onnx import to_onnx; open("model.onnx", "wb").write(to_onnx(model, X[:1].astype("float32")).SerializeToString())',
  keras:
    'python -m tf2onnx.convert --keras model.h5 --output model.onnx (or model.export("model.onnx", format="onnx") in Keras 3)',
  savedModel: 'python -m tf2onnx.convert --saved-model FOLDER --output model.onnx',
  tflite: 'python -m tf2onnx.convert --tflite model.tflite --output model.onnx',
  xgboost: 'onnxmltools.convert_xgboost(model, initial_types=[("x", FloatTensorType([None, N]))])',
  lightgbm: 'onnxmltools.convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, N]))])',
  catboost: 'model.save_model("model.onnx", format="onnx")',
  mlNet: 'using var file = File.Create("model.onnx"); mlContext.Model.ConvertToOnnx(model, data, file);',
  transformers: 'optimum-cli export onnx --model FOLDER out/',
} as const;

/** Exporters by what they call themselves, and how each is told which opset to write. */
const opsetLines: [producer: RegExp, line: (opset: number) => string][] = [
  [/pytorch/i, (opset) => `torch.onnx.export(..., opset_version=${opset})`],
  [/skl2onnx/i, (opset) => `to_onnx(model, X[:1], target_opset={"": ${opset}, "ai.onnx.ml": 3})`],
  [/onnxmltools|onnxconverter|keras2onnx/i, (opset) => `convert_...(model, target_opset=${opset})`],
  [/tf2onnx/i, (opset) => `python -m tf2onnx.convert ... --opset ${opset}`],
  [/^ML\.NET/i, (opset) => `mlContext.Model.ConvertToOnnx(model, data, ${Math.min(opset, 12)}, file);`],
];

/** How the exporter of a model is told to write another opset; by ONNX's own converter where it is not known. */
export function opsetLine(producer: string, opset: number): string {
  const own = opsetLines.find(([name]) => name.test(producer));
  return own === undefined ? convertLine(opset) : own[1](opset);
}

export function convertLine(opset: number): string {
  return `onnx.save(onnx.version_converter.convert_version(onnx.load("model.onnx"), ${opset}), "model-${opset}.onnx")`;
}

/** How the exporter of a model is told to compute with 32-bit floats. */
export function floatLine(producer: string, input: string, width: number | undefined): string {
  if (/skl2onnx|onnxmltools/i.test(producer)) {
    return `initial_types=[(${JSON.stringify(input)}, FloatTensorType([None, ${width ?? 'N'}]))]`;
  }
  if (/pytorch/i.test(producer)) return 'torch.onnx.export(model.float(), example.float(), ...)';
  if (/tf2onnx|keras/i.test(producer))
    return 'tf.keras.backend.set_floatx("float32") before the model is built';
  if (/^ML\.NET/i.test(producer))
    return 'mlContext.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Single)';
  return 'inputs and weights of float32';
}
