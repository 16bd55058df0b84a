import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { callHub, listNodes } from '@meshdeck/testing/mesh';
import { carryOut, drawFault, victimOf } from './faults.mjs';
import { createJournal } from './journal.mjs';
import { ask, download, handIn, isOver, prepareRecipes, sha256 } from './jobs.mjs';
import { startSoakMesh } from './mesh.mjs';
import { createRandom } from './random.mjs';
import { compareRows } from './verdict.mjs';
import { writeWorkload } from './workload.mjs';

/** @typedef {import('@meshdeck/shared').JobSummary} JobSummary */
/** @typedef {import('@meshdeck/shared').JobView} JobView */
/** @typedef {{ id: string, name: string, recipe: import('./jobs.mjs').Recipe, over: boolean }} HandedIn */

/** So many jobs are on their way at once. */
const window = 20;
const pollMs = 250;
/** After the last fault everything has this long to come to rest. */
const restMs = 120_000;

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Jobs on the one side, faults on the other, both drawn from one seed; neither runs far ahead of the other. Everything
 * it starts is ended when it returns.
 *
 * @param {object} options
 * @param {'mqtt' | 'rabbitmq'} options.route
 * @param {number} options.jobs
 * @param {number} options.kills
 * @param {number} options.seed
 * @param {number} options.limitMs the whole is given up after this
 * @param {string} options.folder for data, logs and the journal
 * @param {import('./ground.mjs').Ground} options.ground
 * @param {number} [options.agents]
 * @param {number} [options.slots]
 * @param {number} [options.meanGapMs]
 * @param {boolean} [options.python]
 * @param {AbortSignal} [options.signal]
 * @param {(line: string) => void} [options.say]
 * @returns {Promise<import('./verdict.mjs').SoakResult>}
 */
export async function runSoak({
  route,
  jobs,
  kills,
  seed,
  limitMs,
  folder,
  ground,
  agents = 4,
  slots = 2,
  meanGapMs = 1_500,
  python = true,
  signal: asked,
  say = () => undefined,
}) {
  const beganAt = performance.now();
  const journal = createJournal(join(folder, 'logs'));
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => stopping.abort();
  asked?.addEventListener('abort', stop, { once: true });
  /** @type {(() => unknown)[]} */
  const disposers = [];
  /** @type {string[]} */
  const complaints = [];
  /** @type {Record<string, number>} */
  const faults = {};
  /** @type {HandedIn[]} */
  const handedIn = [];
  let faultsDone = 0;
  let over = 0;

  try {
    say(`${route}: a hub and ${agents} agents start`);
    const mesh = await startSoakMesh({
      folder,
      ground,
      route,
      agents,
      slots,
      journal,
      signal,
      onStop: (dispose) => void disposers.push(dispose),
    });
    const recipes = await prepareRecipes(mesh, writeWorkload(join(folder, 'work'), { python }));
    journal.note('begins', { route, jobs, kills, seed, recipes: recipes.length });
    say(
      `${route}: ${recipes.length} one-machine runs are kept to compare with; ${jobs} jobs and ${kills} faults`,
    );
    const deadline = Date.now() + limitMs;
    const isLate = () => signal.aborted || Date.now() > deadline;

    const disturb = async () => {
      const random = createRandom(seed);
      /** @type {Map<string, Promise<void>>} */
      const running = new Map();
      for (let number = 1; number <= kills && !isLate(); number += 1) {
        const rabbit = mesh.hasRabbit;
        const cables = ground.setCable !== null;
        const fault = drawFault({ random, number, agents, rabbit, cables, meanGapMs });
        await pause(fault.afterMs);
        while (over < (number * jobs) / kills - 3 * window && handedIn.length < jobs && !isLate())
          await pause(pollMs);
        const victim = victimOf(fault);
        await running.get(victim);
        if (isLate()) break;
        journal.note(fault.kind, { ...fault });
        faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
        faultsDone = number;
        const done = carryOut(fault, { mesh, ground })
          .catch((error) => {
            if (!signal.aborted) complaints.push(`${fault.kind} (${number}): ${String(error).slice(0, 300)}`);
          })
          .finally(() => {
            running.delete(victim);
            journal.note(`${fault.kind}, over`, { number });
          });
        running.set(victim, done);
      }
      await Promise.all(running.values());
      journal.note('no more faults');
    };

    const handInAll = async () => {
      const random = createRandom(seed + 1);
      for (let number = 1; number <= jobs && !isLate(); number += 1) {
        const recipe = random.pick(recipes);
        const shards = random.between(2, 5);
        while (
          !isLate() &&
          (handedIn.length - over >= window || faultsDone < (number * kills) / jobs - Math.max(4, kills / 20))
        ) {
          await pause(20);
        }
        if (isLate()) return;
        const name = `soak ${number}`;
        const id = await handIn(mesh, { name, recipe, shards });
        handedIn.push({ id, name, recipe, over: false });
        journal.note('handed in', { id, name, app: recipe.app, table: recipe.input.name, shards });
      }
    };

    const follow = async () => {
      let saidAt = 0;
      let calmSince = 0;
      while (!isLate()) {
        const open = handedIn.filter((job) => !job.over);
        if (open.length === 0 && handedIn.length === jobs) return;
        const finished = faultsDone >= kills && handedIn.length === jobs;
        calmSince = finished ? calmSince || Date.now() : 0;
        if (calmSince > 0 && Date.now() - calmSince > restMs) return;
        /** @type {{ jobs: JobSummary[] }} */
        const page = await ask(mesh, (hub) => callHub(hub, '/jobs?limit=100'));
        const states = new Map(page.jobs.map((job) => [job.id, job]));
        for (const job of open) {
          const seen =
            states.get(job.id) ??
            (await ask(
              mesh,
              (hub) => /** @type {Promise<JobSummary>} */ (callHub(hub, `/jobs/${job.id}`)),
            ).catch(() => null));
          if (seen === null || !isOver(seen)) continue;
          job.over = true;
          over += 1;
          journal.note('job over', { id: job.id, state: seen.state, attempts: seen.attempts });
        }
        if (Date.now() - saidAt > 10_000) {
          saidAt = Date.now();
          say(`${route}: ${over} of ${jobs} jobs over, ${faultsDone} of ${kills} faults`);
        }
        await pause(pollMs);
      }
    };

    await Promise.all([disturb(), handInAll(), follow()]);
    if (isLate())
      complaints.push(signal.aborted ? 'It was stopped.' : `It was not over after ${limitMs / 1000} s.`);

    const result = {
      succeeded: 0,
      identical: 0,
      doubledRows: 0,
      missingRows: 0,
      shards: 0,
      attempts: 0,
      dropped: 0,
    };
    /** @type {string[]} */
    const lost = [];
    for (const { id, name, recipe } of signal.aborted ? [] : handedIn) {
      /** @type {JobView | null} */
      const job = await ask(mesh, (hub) => callHub(hub, `/jobs/${id}`)).catch(() => null);
      if (job !== null) {
        result.shards += job.shards;
        result.attempts += job.attempts;
        result.dropped += job.droppedReports;
      }
      if (job?.state !== 'succeeded') {
        lost.push(
          `${name} (${id}) ${job === null ? 'is gone' : `${job.state}: ${job.failure?.message ?? ''}`}`,
        );
        journal.note('lost', { id, job });
        continue;
      }
      result.succeeded += 1;
      const output = await ask(mesh, (hub) => download(hub, id));
      if (sha256(output) === recipe.sha256) {
        result.identical += 1;
        continue;
      }
      const { doubled, missing } = compareRows(output, recipe.output);
      result.doubledRows += doubled;
      result.missingRows += missing;
      complaints.push(`${name} (${id}), ${recipe.app} on ${recipe.input.name}, has other bytes`);
      journal.note('differs', { id, doubled, missing, output: output.toString('utf8').slice(0, 5000) });
    }
    if (!signal.aborted && lost.length === 0) complaints.push(...(await leftovers(mesh)));
    complaints.push(...mesh.endedThemselves.map((name) => `${name} ended although nobody killed it`));

    return {
      route,
      seed,
      jobs: handedIn.length,
      lost,
      ...result,
      faults,
      retries: result.attempts - result.shards,
      complaints,
      seconds: (performance.now() - beganAt) / 1000,
      journal: journal.path,
    };
  } finally {
    stop();
    asked?.removeEventListener('abort', stop);
    for (const dispose of disposers.reverse()) await dispose();
    journal.note('stopped');
    await journal.close();
  }
}

/** When all is over no slot is taken and no machine still keeps an attempt. @param {import('./mesh.mjs').SoakMesh} mesh */
async function leftovers(mesh) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const nodes = await ask(mesh, listNodes);
    const busy = nodes
      .filter(({ slotsBusy }) => slotsBusy > 0)
      .map(({ name, slotsBusy }) => `${name}: ${slotsBusy} slots`);
    const kept = mesh.machines.flatMap(({ name, dataDir }) => {
      const count = readdirSync(join(dataDir, 'attempts')).length;
      return count === 0 ? [] : [`${name} keeps ${count} attempts`];
    });
    const found = [...busy, ...kept];
    if (found.length === 0 || Date.now() > deadline) {
      return found.map((each) => `left over when all was done: ${each}`);
    }
    await pause(500);
  }
}
