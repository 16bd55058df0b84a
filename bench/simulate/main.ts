import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { generate, type GenerateOptions } from './generate.js';
import { lowerBoundMs } from './lower-bound.js';
import { policies, policyNames, type PolicyName } from './policies.js';
import { createRandom } from './random.js';
import { printTable, type Result } from './results.js';
import { scenarioSchema, type Scenario } from './scenario.js';
import { simulate } from './simulate.js';

/** One scenario under every policy asked for. */
interface Assignment {
  source: { trace: string } | GenerateOptions;
  policies: PolicyName[];
}

const usage = `npm run simulate -- [--machines N[,N...]] [--jobs N] [--seed S] [--seeds N] [--policies a,b]
                    [--arrivals steady|burst] [--known 0..1] [--loaded 0..1] [--trace FILE] [--json]
                    [--budget SECONDS]
Policies: ${policyNames.join(', ')}`;

async function scenarioOf(source: Assignment['source']): Promise<Scenario> {
  if (!('trace' in source)) return generate(source);
  return scenarioSchema.parse(JSON.parse(await readFile(source.trace, 'utf8')));
}

async function work({ source, policies: names }: Assignment): Promise<Result[]> {
  const scenario = await scenarioOf(source);
  const boundMs = lowerBoundMs(scenario);
  return names.map((policy) => {
    const outcome = simulate(scenario, policies[policy](createRandom(scenario.seed)));
    const { makespanMs, meanCompletionMs, tasks } = outcome;
    const machines = scenario.machines.length;
    return { policy, machines, seed: scenario.seed, boundMs, makespanMs, meanCompletionMs, tasks };
  });
}

/**
 * Spreads the assignments over the cores; the results do not depend on how many there are. None is begun after
 * `budgetMs`.
 */
async function spread(assignments: Assignment[], budgetMs: number): Promise<Result[]> {
  const left = assignments.map((assignment, index) => ({ assignment, index }));
  const endAt = performance.now() + budgetMs;
  const results: Result[][] = [];
  const threads = Math.min(availableParallelism(), left.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL(import.meta.url));
      try {
        for (let next = left.shift(); next !== undefined && performance.now() < endAt; next = left.shift()) {
          const { assignment, index } = next;
          worker.postMessage(assignment);
          // An error of the worker's rejects here too.
          const [answer]: Result[][] = await once(worker, 'message');
          results[index] = answer ?? [];
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return results.flat();
}

function numbers(text: string, what: string, { low, high }: { low: number; high: number }): number[] {
  const list = text.split(',').map(Number);
  const wrong = list.find((value) => !(value >= low && value <= high));
  if (wrong !== undefined) throw new Error(`--${what} takes ${low} to ${high}.\n${usage}`);
  return list;
}

function assignmentsOf(args: string[]): { assignments: Assignment[]; budgetMs: number; json: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      machines: { type: 'string', default: '3,10,50' },
      jobs: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '20' },
      policies: { type: 'string', default: policyNames.join(',') },
      arrivals: { type: 'string', default: 'steady' },
      known: { type: 'string', default: '0.7' },
      loaded: { type: 'string', default: '0.4' },
      budget: { type: 'string', default: '45' },
      trace: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const names = values.policies.split(',');
  const chosen = policyNames.filter((name) => names.includes(name));
  if (chosen.length !== names.length) throw new Error(`There is no such policy.\n${usage}`);
  const { trace, json } = values;
  const budgetMs = 1000 * (numbers(values.budget, 'budget', { low: 1, high: 86_400 })[0] ?? 1);
  if (trace !== undefined) return { assignments: [{ source: { trace }, policies: chosen }], budgetMs, json };
  const arrivals = values.arrivals === 'burst' ? 'burst' : 'steady';
  const one = (text: string, what: string, low: number, high: number) =>
    numbers(text, what, { low, high })[0] ?? low;
  const first = one(values.seed, 'seed', 0, 1e9);
  const seeds = one(values.seeds, 'seeds', 1, 1000);
  const known = one(values.known, 'known', 0, 1);
  const loaded = one(values.loaded, 'loaded', 0, 1);
  const jobs = one(values.jobs, 'jobs', 1, 100_000);
  const sizes = numbers(values.machines, 'machines', { low: 1, high: 1000 });
  // Seed after seed, so that every size gets its share of the time.
  const assignments = Array.from({ length: seeds }, (_, index) =>
    sizes.map((machines) => ({
      source: { machines, jobs, seed: first + index, arrivals, known, loaded } satisfies GenerateOptions,
      policies: chosen,
    })),
  ).flat();
  return { assignments, budgetMs, json };
}

if (isMainThread) {
  try {
    const { assignments, budgetMs, json } = assignmentsOf(process.argv.slice(2));
    const startedAt = performance.now();
    const results = await spread(assignments, budgetMs);
    if (json) console.log(JSON.stringify(results, null, 2));
    else printTable(results, performance.now() - startedAt);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
} else {
  parentPort?.on('message', (assignment: Assignment) => {
    void work(assignment).then((results) => parentPort?.postMessage(results));
  });
}
