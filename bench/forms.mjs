import { join } from 'node:path';
import {
  inWorkshop,
  isReadyForWork,
  listNodes,
  makeToken,
  startAgent,
  startPair,
  until,
} from '@meshdeck/testing/mesh';
import { startAgentRunner } from './forms/agent-runner.mjs';
import { byHub } from './forms/by-hub.mjs';
import { byRunner } from './forms/by-runner.mjs';
import { readCases } from './forms/corpus.mjs';
import { compareShuffles } from './forms/metamorphic.mjs';
import { byKind, scoreCases, verdicts } from './forms/score.mjs';
import { report } from './lib/report.mjs';

/**
 * The corpus of models and tables as the world writes them: right, refused well, refused badly, wrong.
 * `--hub` sends each through a hub and a machine by the command line, `--hub --shards=2` in parts over two machines;
 * `--only=PATTERN` takes the cases whose name fits.
 *
 * @param {readonly string[]} options
 */
export default async function benchForms(options = []) {
  const given = (/** @type {string} */ name) =>
    options.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3);
  const pattern = given('only') ?? '';
  const shards = Number(given('shards') ?? 1);
  const cases = readCases().filter((one) => new RegExp(pattern, 'u').test(one.name));
  const { scored, relations } = await (options.includes('--hub')
    ? scoreByHub(cases, shards)
    : scoreByRunner(cases));
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
      relations,
      scored: scored.map(({ case: one, ...rest }) => ({ name: one.name, source: one.source, ...rest })),
    },
  );
  for (const verdict of /** @type {const} */ (['unsaid', 'refused badly', 'wrong'])) {
    const among = scored.filter((one) => one.verdict === verdict);
    if (among.length > 0) console.log(`\n${verdict}`);
    for (const { case: one, why } of among)
      console.log(`  ${one.name}\n    ${one.why}\n    ${why.slice(0, 400)}`);
  }
  const held = (/** @type {string} */ verdict) => relations.filter((one) => one.verdict === verdict).length;
  console.log(
    `\nshuffled and split: ${held('held')} as before, ${held('refused')} refused, ${held('broken')} different`,
  );
  for (const { name, what, why } of relations.filter((one) => one.verdict === 'broken'))
    console.log(`  ${name}, ${what}\n    ${why.slice(0, 400)}`);
  const fails = (/** @type {import('./forms/score.mjs').Scored} */ { verdict }) =>
    verdict === 'wrong' || verdict === 'unsaid';
  if (scored.some(fails) || held('broken') > 0) process.exitCode = 1;
}

/** @param {import('./forms/judge.mjs').Case[]} cases */
async function scoreByRunner(cases) {
  const atOnce = 2;
  const runner = startAgentRunner(atOnce);
  try {
    return await inWorkshop(async (workshop) => {
      const run = byRunner(runner, workshop.folder);
      return {
        scored: await scoreCases(cases, run, atOnce),
        relations: await compareShuffles(cases, run),
      };
    });
  } finally {
    await runner.stop();
  }
}

/** @param {import('./forms/judge.mjs').Case[]} cases @param {number} shards */
async function scoreByHub(cases, shards) {
  return inWorkshop(async (workshop) => {
    const { hub } = await startPair(workshop);
    const token = await makeToken(hub, shards);
    for (let machine = 2; machine <= shards; machine += 1) {
      const flags = ['--interface', '127.0.0.1', '--name', `bench-${machine}`, '--join', token];
      workshop.keep(startAgent({ dataDir: join(workshop.folder, `agent-${machine}`), flags }));
    }
    const ready = { what: 'the machines to take work', timeoutMs: 60_000 };
    await until(
      () => listNodes(hub),
      (nodes) => nodes.filter(isReadyForWork).length >= shards,
      ready,
    );
    const flags = shards === 1 ? [] : ['--shards', String(shards)];
    return { scored: await scoreCases(cases, byHub(hub.env, workshop.folder, flags), 1), relations: [] };
  });
}
