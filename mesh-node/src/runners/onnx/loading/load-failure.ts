import { MeshdeckError } from '@meshdeck/shared';
import type { DataFlow, ModelFile } from '@meshdeck/shared/onnx';
import { opsetLine } from './export-lines.js';
import { operatorFailure } from './operator-failure.js';
import type { Told } from './told.js';

const goodOpset = 17;

/** An error that ONNX Runtime threw while it loaded a model, told as what is wrong and the line that mends it. */
export function loadFailure(error: unknown, model: ModelFile, flow: DataFlow): MeshdeckError {
  const detail = error instanceof Error ? error.message : String(error);
  const told =
    missingWeights(detail) ??
    tooLittleMemory(detail) ??
    version(detail, model) ??
    operatorFailure(detail, model, flow) ??
    missingLocale(detail) ??
    unsupportedType(detail, model);
  const [code, message] = told ?? [
    'model-invalid',
    `The ONNX model is damaged or incomplete. Export it again. ONNX Runtime says: ${shortened(detail)}`,
  ];
  return new MeshdeckError(code, message, { cause: error });
}

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
