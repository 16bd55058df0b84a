import { createRequire } from 'node:module';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { detectDialect, type TableForm } from '@meshdeck/shared/csv';
import { parse } from 'csv-parse/sync';
import { build } from 'esbuild';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createOnnxRunner, type OnnxRunner } from './onnx-runner.js';
import type { OnnxRunResult } from './runner-messages.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const shared = (file: string) => fileURLToPath(new URL(`../../../../shared/src/${file}.ts`, import.meta.url));
const onnxRuntime = pathToFileURL(createRequire(import.meta.url).resolve('onnxruntime-node')).href;

/** A folder that goes when the test does. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-onnx-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Where a module finds what it imports, in a sandbox that shows it nothing but that, too. */
const inPackage = fileURLToPath(new URL('../../../dist/', import.meta.url));

/**
 * Compiles the runner process for plain Node, as `npm run build` would. Returns the module and its disposer. `sandboxed`:
 * it is to run as an agent runs it.
 */
export async function buildRunnerProcess({ sandboxed = false } = {}): Promise<{
  modulePath: string;
  remove: () => Promise<void>;
}> {
  const parent = sandboxed ? inPackage : tmpdir();
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'meshdeck-runner-'));
  const modulePath = join(folder, 'runner-process.mjs');
  await build({
    entryPoints: [join(here, 'runner-process.ts')],
    outfile: modulePath,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // Packages in CommonJS ask for Node's modules with require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    alias: {
      '@meshdeck/shared/onnx': shared('onnx/index'),
      '@meshdeck/shared/csv': shared('csv/index'),
      '@meshdeck/shared/runtime': shared('runtime/index'),
      '@meshdeck/shared': shared('index'),
    },
    plugins: [
      {
        name: 'onnx-runtime-from-this-checkout',
        setup: (esbuild) => {
          esbuild.onResolve({ filter: /^onnxruntime-node$/ }, () => ({ path: onnxRuntime, external: true }));
        },
      },
    ],
  });
  return { modulePath, remove: () => rm(folder, { recursive: true, force: true }) };
}

type RunnerOptions = Parameters<typeof createOnnxRunner>[0];

/** One silent process with an empty environment. */
export function testRunnerOptions(modulePath: string): RunnerOptions {
  return { logger: pino({ level: 'silent' }), maxProcesses: 1, env: {}, modulePath };
}

/** A runner that stops when the test ends. */
export function startTestRunner(modulePath: string, options: Partial<RunnerOptions> = {}): OnnxRunner {
  const runner = createOnnxRunner({ ...testRunnerOptions(modulePath), ...options });
  onTestFinished(() => runner.stop());
  return runner;
}

/** The path of a fixture model. */
export function fixture(name: string): string {
  return join(here, 'fixtures', `${name}.onnx`);
}

/** Runs `model` over `csv` (its text, or its bytes) with generous limits. */
export async function runCsv({
  runner,
  model,
  csv,
  ...limits
}: {
  runner: OnnxRunner;
  model: string;
  csv: string | Buffer;
  form?: TableForm;
  outputLimitBytes?: number;
  timeoutMs?: number;
  memoryLimitBytes?: number;
  signal?: AbortSignal;
  onProgress?: (progress: { fraction: number; rows: number }) => void;
}): Promise<{ text: string; lines: string[][]; result: OnnxRunResult }> {
  const folder = await temporaryFolder();
  const inputPath = join(folder, 'input.csv');
  const outputPath = join(folder, 'predictions.csv');
  await writeFile(inputPath, csv);
  const result = await runner.run({
    modelPath: model.endsWith('.onnx') ? model : fixture(model),
    inputPath,
    outputPath,
    outputLimitBytes: 1e9,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...limits,
  });
  const text = await readFile(outputPath, 'utf8');
  const { delimiter } = detectDialect(Buffer.from(text));
  return { text, lines: parse(text, { delimiter, bom: true }), result };
}
