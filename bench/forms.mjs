import { pino } from 'pino';
import { createOnnxRunner } from '../mesh-node/dist/runners/onnx/onnx-runner.js';
import { inWorkshop, startPair } from '../scripts/mesh/workshop.mjs';
import { byHub } from './forms/by-hub.mjs';
import { byRunner } from './forms/by-runner.mjs';
import { readCases } from './forms/corpus.mjs';
import { byKind, scoreCases, verdicts } from './forms/score.mjs';
import { report } from './lib/report.mjs';

/**
 * The corpus of models and tables as the world writes them: right, refused well, refused badly, wrong.
 * `--hub` sends each through a hub and a machine by the command line; `--only=PATTERN` takes the cases whose name fits.
 *
 * @param {readonly string[]} options
 */
export default async function benchForms(options = []) {
  const pattern = options.find((option) => option.startsWith('--only='))?.slice('--only='.length) ?? '';
  const cases = readCases().filter((one) => new RegExp(pattern, 'u').test(one.name));
  const scored = await (options.includes('--hub') ? scoreByHub(cases) : scoreByRunner(cases));
  const lines = byKind(scored);
  report(
    'forms',
    [
      { what: 'kind', value: 'cases', note: verdicts.map((verdict) => verdict.padStart(14)).join('') },
      ...lines.map(({ kind, cases: among, counts }) => ({
        what: kind,
        value: String(among),
        note: verdicts.map((verdict) => String(counts[verdict]).padStart(14)).join(''),
      })),
    ],
    {
      lines,
      scored: scored.map(({ case: one, ...rest }) => ({ name: one.name, source: one.source, ...rest })),
    },
  );
  for (const verdict of /** @type {const} */ (['unsaid', 'refused badly', 'wrong'])) {
    const among = scored.filter((one) => one.verdict === verdict);
    if (among.length > 0) console.log(`\n${verdict}`);
    for (const { case: one, why } of among)
      console.log(`  ${one.name}\n    ${one.why}\n    ${why.slice(0, 400)}`);
  }
  if (scored.some((one) => one.verdict === 'wrong')) process.exitCode = 1;
}

/** @param {import('./forms/judge.mjs').Case[]} cases */
async function scoreByRunner(cases) {
  const atOnce = 2;
  const runner = createOnnxRunner({ logger: pino({ level: 'silent' }), maxProcesses: atOnce, env: {} });
  try {
    return await inWorkshop((workshop) => scoreCases(cases, byRunner(runner, workshop.folder), atOnce));
  } finally {
    await runner.stop();
  }
}

/** @param {import('./forms/judge.mjs').Case[]} cases */
async function scoreByHub(cases) {
  return inWorkshop(async (workshop) => {
    const { hub } = await startPair(workshop);
    return scoreCases(cases, byHub(hub.env, workshop.folder), 1);
  });
}
