import { generate } from './generate.js';
import { lowerBoundMs } from './lower-bound.js';
import { policies, policyNames } from './policies.js';
import { createRandom } from './random.js';
import { simulate } from './simulate.js';
const med = (v: number[]) => [...v].sort((a, b) => a - b)[Math.floor(v.length / 2)] ?? NaN;
const [sizes = '3,10', seeds = '5', arrivals = 'steady', names = policyNames.join(',')] =
  process.argv.slice(2);
for (const n of sizes.split(',').map(Number)) {
  for (const name of names.split(',') as (typeof policyNames)[number][]) {
    const ratios: number[] = [];
    const means: number[] = [];
    const t0 = Date.now();
    let tasks = 0;
    let dec = 0;
    let makespan = 0;
    const errs: number[] = [];
    for (let seed = 1; seed <= Number(seeds); seed++) {
      const s = generate({
        machines: n,
        jobs: Math.min(240, Math.max(60, 4 * n)),
        seed,
        arrivals: arrivals as 'steady',
        known: Number(process.env.KNOWN ?? 0.7),
      });
      const o = simulate(s, policies[name](createRandom(seed)), {
        minRowsPerShard: 1,
        maxShards: Number(process.env.MAXS ?? 256),
      });
      ratios.push(o.makespanMs / lowerBoundMs(s));
      means.push(o.meanCompletionMs / 1000);
      tasks += o.tasks;
      dec += o.decisions;
      makespan += o.makespanMs / 1000;
      errs.push(med(o.predictionErrors));
    }
    console.log(
      String(n).padStart(4),
      name.padEnd(18),
      med(ratios).toFixed(3),
      Math.max(...ratios).toFixed(3),
      'mean',
      med(means).toFixed(1),
      'tasks',
      tasks,
      'dec',
      dec,
      'mk',
      (makespan / Number(seeds)).toFixed(0),
      'err',
      med(errs).toFixed(3),
      `${Date.now() - t0} ms`,
    );
  }
}
