// `npm run soak -- [--route mqtt|rabbitmq|both] [--jobs N] [--kills N] [--seed N] [--minutes M]`: sharded jobs while
// hub, agents and RabbitMQ are killed and cut off at random moments. Exits 1 where a job is lost or a byte differs.
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { root } from './build/paths.mjs';

const usage =
  'npm run soak -- [--route mqtt|rabbitmq|both] [--jobs 1000] [--kills 200] [--seed N] [--minutes 30] [--agents 4] [--loopback]';
/** @type {('mqtt' | 'rabbitmq')[]} */
const allRoutes = ['mqtt', 'rabbitmq'];

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(`soak: ${message}\nusage: ${usage}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        route: { type: 'string', default: 'mqtt' },
        jobs: { type: 'string', default: '1000' },
        kills: { type: 'string', default: '200' },
        seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
        minutes: { type: 'string', default: '30' },
        agents: { type: 'string', default: '4' },
        loopback: { type: 'boolean', default: false },
        /** Set by `runInLab`. */
        lab: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const values = readArguments();
/** @param {'jobs' | 'kills' | 'seed' | 'minutes' | 'agents'} name @param {number} least */
function number(name, least) {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least) refuse(`--${name} must be a whole number from ${least} on.`);
  return value;
}
const counts = {
  jobs: number('jobs', 1),
  kills: number('kills', 0),
  seed: number('seed', 0),
  agents: number('agents', 2),
};
const minutes = number('minutes', 1);
const routes = values.route === 'both' ? allRoutes : allRoutes.filter((route) => route === values.route);
if (routes.length === 0) refuse('--route is mqtt, rabbitmq or both.');

if (values.lab === undefined) await ensureBuilt({ quiet: true, testing: true });
// These stand on what has just been built.
const { findRabbitmqScripts } = await import('@meshdeck/testing/brokers');
const { canMakeNamespaces, onPath } = await import('@meshdeck/testing/programs');
const { labGround, loopbackGround } = await import('./soak/ground.mjs');
const { runInLab } = await import('./soak/in-lab.mjs');
const { runSoak } = await import('./soak/run.mjs');
const { isClean, soakTable } = await import('./soak/verdict.mjs');

if (routes.includes('rabbitmq') && findRabbitmqScripts() === null) {
  refuse('RabbitMQ is missing: apt-get install rabbitmq-server, or --route mqtt.');
}
if (values.lab === undefined && !values.loopback && canMakeNamespaces()) {
  process.exitCode = await runInLab(
    import.meta.filename,
    [...process.argv.slice(2), '--seed', String(counts.seed)],
    counts.agents,
  );
} else {
  await soak();
}

async function soak() {
  const stopping = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => stopping.abort());
  }
  const ground = values.lab === undefined ? loopbackGround() : labGround(values.lab, counts.agents);
  console.log(
    values.lab === undefined
      ? 'soak: on loopback; links are cut in this process. As root with ip (iproute2) cables are cut too.'
      : 'soak: in network namespaces, with a cable for each agent.',
  );
  for (const route of routes) {
    if (stopping.signal.aborted) break;
    const at = new Date().toISOString().replaceAll(/[:.]/g, '-');
    const folder = join(root, '.meshdeck/soak', `${at}-${route}-${counts.seed}`);
    try {
      const result = await runSoak({
        ...counts,
        route,
        limitMs: minutes * 60_000,
        folder,
        ground,
        python: onPath('python3') !== null,
        signal: stopping.signal,
        say: console.log,
      });
      console.log(`\n${soakTable(result)}\n  log: ${result.journal}\n`);
      if (isClean(result)) {
        for (const name of ['hub', 'work']) rmSync(join(folder, name), { recursive: true, force: true });
        for (let agent = 1; agent <= counts.agents; agent += 1) {
          rmSync(join(folder, `soak-${agent}`), { recursive: true, force: true });
        }
      } else process.exitCode = 1;
    } catch (error) {
      if (!stopping.signal.aborted) console.error(`soak: ${error instanceof Error ? error.message : error}`);
      console.error(`soak: it did not come to its end; its files are in ${folder}`);
      process.exitCode = 1;
    }
  }
  process.exit();
}
