import type { ModelOutput } from '../graph/model-outputs.js';
import type { ModelFacts } from '../model-facts.js';

/** Columns in which ML.NET's learners give their results. */
const results = /^(PredictedLabel|Score|Probability|Prediction)$/;

/**
 * Why an output of an ML.NET model is no result. ML.NET exports every column of its pipeline, the truth and the prepared
 * features among them, as outputs called `COLUMN.output` (`COLUMN.onnx` or `COLUMN0` before 2020).
 */
export function passedOnByMlNet(
  output: ModelOutput,
  outputs: readonly ModelOutput[],
  { producer }: Pick<ModelFacts, 'producer'>,
): string | undefined {
  if (!/^ML\.NET/i.test(producer)) return undefined;
  const isResult = ({ name }: ModelOutput) => results.test(columnOf(name));
  if (isResult(output) || !outputs.some(isResult)) return undefined;
  const { computation } = output.lineage;
  if (computation === 'echo' || (computation === 'computed' && !output.isStep())) return undefined;
  return `it is the column ${columnOf(output.name)} as it was prepared for the model`;
}

function columnOf(name: string): string {
  return name.replace(/\.(output|onnx)$/, '').replace(/\d+$/, '');
}
