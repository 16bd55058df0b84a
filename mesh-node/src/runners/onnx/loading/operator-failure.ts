import type { DataFlow, ModelFile } from '@meshdeck/shared/onnx';
import { convertLine, floatLine, opsetLine } from './export-lines.js';
import type { Told } from './told.js';
import { elementsOf } from './value-elements.js';

/** ONNX Runtime reads this opset and newer ones. */
const oldestOpset = 7;
const goodOpset = 17;
/** Sets of operators that come with ONNX Runtime. */
const builtIn = new Set(['', 'ai.onnx.ml', 'ai.onnx.training', 'ai.onnx.preview.training', 'com.microsoft']);

/** What is wrong with one of the model's operators. */
export function operatorFailure(detail: string, model: ModelFile, flow: DataFlow): Told {
  return (
    foreignOperator(model, flow) ??
    unregistered(detail) ??
    missingKernel(detail, model, flow) ??
    unknownOperator(detail, model)
  );
}

/** An operator that should come with ONNX Runtime and is not in this one. */
function unregistered(detail: string): Told {
  const name = /([\w.]*:\w+)\(-?\d+\) is not a registered function\/op/.exec(detail)?.[1];
  return name === undefined
    ? undefined
    : [
        'model-unsupported',
        `The model uses the operator ${name}, which this machine's ONNX Runtime does not have. Export it with operators of the ONNX standard only.`,
      ];
}

/** An operator from a library of its own. */
function foreignOperator({ functions }: ModelFile, { nodes }: DataFlow): Told {
  const own = new Set(functions.map(({ domain, name }) => `${domain}\n${name}`));
  const foreign = nodes.filter(
    ({ domain, operator }) => !builtIn.has(domain) && !own.has(`${domain}\n${operator}`),
  );
  const [first] = foreign;
  if (first === undefined) return undefined;
  const names = [...new Set(foreign.map(({ domain, operator }) => `${domain}:${operator}`))].slice(0, 3);
  const extensions = /^(ai\.onnx\.contrib|com\.microsoft\.extensions)$/.test(first.domain);
  return [
    'model-unsupported',
    extensions
      ? `The model needs the operator library onnxruntime-extensions (${names.join(', ')}), which machines do not load. ` +
        'Export the model without its pre- and post-processing, and do that part before.'
      : `The model uses custom operators (${names.join(', ')}) that come with a library of their own, which machines do not load. ` +
        'Export it with operators of the ONNX standard only.',
  ];
}

/** An operator that the runtime knows but cannot compute: of an old opset, or for numbers of this type. */
function missingKernel(detail: string, { producerName, opsets }: ModelFile, flow: DataFlow): Told {
  const found = /Could not find an implementation for (?:the node )?(?:[^\s:]+:)?(\w+)\((\d+)\)/.exec(detail);
  if (found === null) return undefined;
  const [, operator = ''] = found;
  const opset = opsets.get('') ?? 1;
  const node = flow.nodes.find((candidate) => candidate.operator === operator);
  if (opset < oldestOpset && (node?.domain ?? '') === '') {
    return [
      'model-unsupported',
      `The model is of opset ${opset}, which is too old: ONNX Runtime reads opset ${oldestOpset} and newer (it has no ${operator} of that time). ` +
        `Convert it up: ${convertLine(goodOpset)}`,
    ];
  }
  const input = node?.inputs.find((value) => elementsOf(flow, value) !== undefined) ?? '';
  const elements = elementsOf(flow, input);
  const [first] = flow.inputs;
  const width = first?.type.kind === 'tensor' ? first.type.shape?.[1] : undefined;
  return [
    'model-unsupported',
    elements === undefined || elements === 'float32'
      ? `ONNX Runtime has no implementation of the operator ${operator} (version ${found[2]}) for the CPU. ` +
        `Export the model with another opset: ${opsetLine(producerName, goodOpset)}`
      : `ONNX Runtime cannot compute the operator ${operator} on ${elements === 'float64' ? 'float64 (double)' : elements}, only on other types (mostly float32). ` +
        `Export the model with 32-bit floats: ${floatLine(producerName, first?.name ?? 'x', typeof width === 'number' ? width : undefined)}`,
  ];
}

function unknownOperator(detail: string, { producerName, opsets }: ModelFile): Told {
  const operator = /No Op registered for (\S+)/.exec(detail)?.[1];
  if (operator === undefined) return undefined;
  const opset = opsets.get('') ?? 1;
  const which = opset < oldestOpset ? `opset ${opset} (too old: 7 and newer are read)` : `opset ${opset}`;
  return [
    'model-unsupported',
    `The model uses the operator ${operator}, which ONNX Runtime does not have in ${which}. Export it with standard operators: ${opsetLine(producerName, goodOpset)}`,
  ];
}
