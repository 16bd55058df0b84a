import type { ReadOutput } from './describe-scores.js';
import { isFloat } from './model-output.js';

const labelName = /label|class|pred/i;
/** Names that exporters give the one label: skl2onnx, onnxmltools, CatBoost, ML.NET. */
const exporterName = /^(output_?)?label$|^predicted_?label(\.output|\.onnx|\d*)$|^class_?label$/i;

/** The output that holds the prediction; `several` when the model decides on more than one thing. */
export function findLabel(outputs: readonly ReadOutput[]): ReadOutput | 'several' | undefined {
  const labels = outputs.filter(isLabel);
  const [first] = labels;
  if (first === undefined || labels.length === 1) return first;
  const called = labels.filter(({ model }) => exporterName.test(model.name));
  if (called.length === 1) return called[0];
  const deciders = new Set(labels.map(({ model }) => model.label?.node));
  if (deciders.size > 1 || deciders.has(undefined)) return 'several';
  // The same decision more than once, such as a number and its name.
  return labels.find(({ values }) => values.type === 'string') ?? first;
}

/** Whether an output holds one choice out of few for each row, and no number that is computed. */
function isLabel({ model, values }: ReadOutput): boolean {
  if (values.width !== 1) return false;
  const { label, name } = model;
  if (isFloat(values)) return label !== undefined && label.by !== 'unknown';
  if (values.type === 'string' || values.type === 'bool') return true;
  if (label === undefined) return false;
  return label.by !== 'unknown' || labelName.test(name);
}
