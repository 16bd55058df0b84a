import { type AppView, type CheckView, type PreparedSample, appManifestSchema } from '@meshdeck/shared';

const sha256 = 'b'.repeat(64);

/** An app of the lab's that is an ONNX model, but for what is said otherwise. */
export function app(name: string, over: Partial<AppView> = {}): AppView {
  return {
    name,
    ref: `lab/${name}`,
    whose: 'lab',
    title: name,
    description: '',
    version: '0123456789ab',
    manifest: appManifestSchema.parse({ name, runtime: 'onnx', entry: 'model.onnx' }),
    inferred: true,
    bundle: { sha256, bytes: 2048, name: 'model.onnx' },
    files: [],
    pushedAt: 1000,
    owner: null,
    reading: {},
    olderVersions: [],
    ...over,
  };
}

export const preparedSample = (name: string): PreparedSample => ({
  app: app(name, { ref: `samples/${name}`, whose: 'sample' }),
  input: { sha256, bytes: 4096, name: `${name}.csv` },
});

/** What a machine says of a table of three lines that it can read. */
export function check(over: Partial<CheckView> = {}): CheckView {
  return {
    ok: true,
    reading: {
      table: {
        encoding: 'utf-8',
        delimiter: ';',
        decimal: ',',
        thousands: null,
        headerLine: 1,
        firstRowLine: 2,
        columns: ['id', 'a', 'b'],
        skipped: [],
        notes: [],
      },
      inputs: [],
      aside: [],
      outputs: [],
      values: [],
      warnings: [],
      told: {},
    },
    preview: null,
    failure: null,
    lines: ['id;a;b', '1;2,5;3', '2;4,5;6'],
    rows: 2,
    complete: true,
    node: { id: 'id-of-lab-1', name: 'lab-1' },
    tookMs: 120,
    ...over,
  };
}
