import { MeshdeckError } from '@meshdeck/shared';
import type { DataFlow } from '../graph/data-flow.js';
import type { ModelFile } from '../graph/model-file.js';
import { convertLine, floatLine, opsetLine } from './export-lines.js';
import { elementsOf } from './value-elements.js';

/** ONNX Runtime reads this opset and newer ones. */
const oldestOpset = 7;
const goodOpset = 17;
/** Sets of operators that come with ONNX Runtime. */
const builtIn = new Set(['', 'ai.onnx.ml', 'ai.onnx.training', 'ai.onnx.preview.training', 'com.microsoft']);

/** An error that ONNX Runtime threw while it loaded a model, told as what is wrong and the line that mends it. */
export function loadFailure(error: unknown, model: ModelFile, flow: DataFlow): MeshdeckError {
  const detail = error instanceof Error ? error.message : String(error);
  const told =
    missingWeights(detail) ??
    tooLittleMemory(detail) ??
    foreignOperator(model, flow) ??
    unregistered(detail) ??
    version(detail, model) ??
    missingKernel(detail, model, flow) ??
    unknownOperator(detail, model) ??
    missingLocale(detail) ??
    unsupportedType(detail, model);
  const [code, message] = told ?? [
    'model-invalid',
    `The ONNX model is damaged or incomplete. Export it again. ONNX Runtime says: ${shortened(detail)}`,
  ];
  return new MeshdeckError(code, message, { cause: error });
}

type Told = ['model-invalid' | 'model-unsupported' | 'app-memory-limit', string] | undefined;

function missingWeights(detail: string): Told {
  if (!/external (data|initializer)/i.test(detail)) return undefined;
  const file = /does not exist: "(?:[^"]*[\\/])?([^"\\/]+)"/.exec(detail)?.[1];
  return [
    'model-invalid',
    `The model keeps its weights in a file of their own${file === undefined ? '' : `, ${JSON.stringify(file)}`}, ` +
      'and that file is missing or incomplete. Push the folder that holds both.',
  ];
}

function tooLittleMemory(detail: string): Told {
  return /bad_alloc|bad allocation|failed to allocate|out of memory|Array buffer allocation failed/i.test(
    detail,
  )
    ? ['app-memory-limit', 'The model needs more memory than this machine has free to load it.']
    : undefined;
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

function version(detail: string, { producerName, opsets }: ModelFile): Told {
  const ir = /Unsupported model IR version: (\d+), max supported IR version: (\d+)/.exec(detail);
  if (ir !== null) {
    return [
      'model-unsupported',
      `The model's file has IR version ${ir[1]}, which is too new: this machine's ONNX Runtime reads up to ${ir[2]}. ` +
        `Set it back: model = onnx.load("model.onnx"); model.ir_version = 8; onnx.save(model, "model-8.onnx")`,
    ];
  }
  const limit = /support for domain (\S+) is till opset (\d+)/.exec(detail);
  if (limit !== null) {
    const domain = limit[1] === 'ai.onnx' ? '' : (limit[1] ?? '');
    const name = domain === '' ? 'opset' : `opset of ${domain}`;
    return [
      'model-unsupported',
      `The model's ${name} ${opsets.get(domain) ?? ''} is too new: this machine's ONNX Runtime knows up to ${limit[2]}. ` +
        `Export it with an older one: ${opsetLine(producerName, goodOpset)}`,
    ];
  }
  return undefined;
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

function missingLocale(detail: string): Told {
  const locale = /construct locale with name:([^\s:]+)/.exec(detail)?.[1];
  return locale === undefined
    ? undefined
    : [
        'model-unsupported',
        `The model changes letters by the rules of the locale ${locale}, which this machine does not have. Install it there ` +
          `(Debian: apt-get install locales, then locale-gen ${locale}), or export the model with locale="en_US".`,
      ];
}

function unsupportedType(detail: string, { opsets }: ModelFile): Told {
  const type = /Type '([^']+)' of (?:input|output)[^.]*of operator \((\w+)\)/.exec(detail);
  if (type !== null) {
    const opset = opsets.get('') ?? 1;
    return [
      'model-unsupported',
      `The model gives ${type[1]} to the operator ${type[2]}, which its opset ${opset} does not allow. Export it with float32 there, or with a newer opset.`,
    ];
  }
  const unknown = /MLDataType for: (\S+)/.exec(detail)?.[1];
  const which = unknown ?? (/Unsupported data type/.test(detail) ? 'a type such as float4' : undefined);
  return which === undefined
    ? undefined
    : [
        'model-unsupported',
        `The model has values of ${which}, which ONNX Runtime cannot hand over. Export it with float32.`,
      ];
}

const longest = 200;

/** The runtime's own words without where in its source they were written. */
export function shortened(detail: string): string {
  const plain = detail
    .replace(/\/\S*onnxruntime\S*\s+/g, '')
    .replace(/Load model from \S+ failed:/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > longest ? `${plain.slice(0, longest)}...` : plain;
}
