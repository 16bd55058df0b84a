import { MeshdeckError } from '../../errors.js';
import type { ModelFactsView, ModelInputView } from '../../models/model.js';
import { analyseModel, type ModelAnalysis } from '../analyse-model.js';
import type { ModelFile } from '../graph/model-file.js';
import { planOutputs } from '../outputs/plan-outputs.js';
import { countParameters } from './count-parameters.js';
import { describeInputs } from './describe-inputs.js';
import { describeOutputs } from './describe-outputs.js';
import { exampleTable } from './example-table.js';
import { planInputs } from './input-plan.js';
import { cut, typeWords } from './type-words.js';

const mostClasses = 1000;

/**
 * What a model's file tells, in words for people: read from its graph, without running it. A model that could not run over
 * a table says so where its inputs or outputs are told.
 *
 * @throws WireFormatError where the file is damaged
 */
export function describeModel(bytes: Uint8Array, model: ModelFile): ModelFactsView {
  const analysis = analyseModel(bytes, model);
  const { producerName: name, producerVersion: version } = model;
  const classes = classesOf(analysis);
  return {
    producer: name === '' ? null : { name: cut(name, 200), version: cut(version, 200) },
    irVersion: model.irVersion,
    opsets: [...model.opsets].slice(0, 50).map(([domain, set]) => ({
      domain: domain === '' ? 'ai.onnx' : cut(domain, 200),
      version: Math.max(0, set),
    })),
    operators: analysis.flow.nodes.length,
    parameters: Math.min(Number.MAX_SAFE_INTEGER, countParameters(model)),
    ...inWords(analysis),
    classes: classes.slice(0, mostClasses).map((each) => cut(each, 200)),
    classesTotal: classes.length,
  };
}

function inWords(analysis: ModelAnalysis): Pick<ModelFactsView, 'inputs' | 'outputs' | 'example'> {
  try {
    const plan = planOutputs(analysis.outputs, { kind: 'found' }, analysis.facts);
    const { planned, idle } = planInputs(analysis, plan);
    return {
      inputs: describeInputs(analysis, planned),
      outputs: describeOutputs(analysis, plan, idle),
      example: exampleTable(planned, analysis.facts.vocabularies),
    };
  } catch (error) {
    if (!(error instanceof MeshdeckError)) throw error;
    return refused(analysis, error.message);
  }
}

/** A model that no table can be run through: what its file states, and why. */
function refused(
  { inputs, outputs }: ModelAnalysis,
  why: string,
): Pick<ModelFactsView, 'inputs' | 'outputs' | 'example'> {
  const stated = ({ name, type }: ModelAnalysis['inputs'][number]): Omit<ModelInputView, 'words'> => ({
    ...{ name: cut(name, 200), type: cut(typeWords(type), 300) },
    ...{ width: null, columns: [], vocabularies: [] },
  });
  const words = 'The model cannot be run over a table.';
  return {
    inputs: inputs.slice(0, 1000).map((input) => ({ ...stated(input), words })),
    outputs: outputs.slice(0, 1000).map(({ name, type }) => ({
      name: cut(name, 200),
      type: cut(typeWords(type), 300),
      words,
      columns: [],
    })),
    example: { csv: null, note: cut(why, 600) },
  };
}

/** The classes that the model decides between: of its label, of its scores, or as a person named them. */
function classesOf({ outputs, facts }: ModelAnalysis): string[] {
  const own = outputs.find(({ label }) => label?.classes !== undefined)?.label?.classes;
  return (
    own ??
    outputs.find(({ score }) => score.classes !== undefined)?.score.classes ??
    facts.namedInMetadata[0] ??
    []
  );
}
