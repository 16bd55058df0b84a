import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/test-agent.js';
import { withoutTelemetry } from '../process/app-environment.js';
import { onnxEnvironment } from './onnx-environment.js';

const main = createRequire(import.meta.url).resolve('onnxruntime-node');
const library = join(dirname(main), '../bin/napi-v6', process.platform, process.arch);

/** Loads ONNX Runtime as a machine does that is nobody's continuous integration: there it reports to nobody by itself. */
const program = `
const { InferenceSession } = require(${JSON.stringify(main)});
InferenceSession.create(process.argv[1]).then((session) => console.log(session.inputNames.length));
`;

it('runs a model that leaves nothing behind in the home of whoever started it, and tells its maker nothing', async () => {
  const [home, temporary] = [await temporaryFolder(), await temporaryFolder()];
  const model = join(import.meta.dirname, '../../../../sample-apps/digits/digits.onnx');
  const env = { ...onnxEnvironment(), HOME: home, TMPDIR: temporary };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, model], { env });
  expect(stdout.trim()).toBe('1');
  expect(readdirSync(home)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'says so by the name that this version of ONNX Runtime asks for',
  () => {
    const [name = ''] = Object.keys(withoutTelemetry);
    const file = readdirSync(library).find((entry) => entry.startsWith('libonnxruntime.so')) ?? '';
    expect(readFileSync(join(library, file)).includes(name)).toBe(true);
  },
);
