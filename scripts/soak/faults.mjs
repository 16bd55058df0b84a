/**
 * One thing that goes wrong. All of it comes from the seed: what, to whom, how long after the one before, for how long.
 *
 * @typedef {'agent killed' | 'hub killed' | 'RabbitMQ killed' | 'cable cut' | 'link cut' | 'connections reset' |
 *   'link stalled' | 'link slow' | 'RabbitMQ link reset' | 'RabbitMQ link stalled'} FaultKind
 * @typedef {{ number: number, kind: FaultKind, agent: number, afterMs: number, forMs: number }} Fault
 */

/** How often each happens, for each route. @returns {Partial<Record<FaultKind, number>>} */
function weights(/** @type {{ rabbit: boolean, cables: boolean }} */ { rabbit, cables }) {
  return {
    'agent killed': 40,
    'hub killed': 14,
    'connections reset': 12,
    'link cut': 8,
    'link stalled': 8,
    'link slow': 6,
    ...(cables && { 'cable cut': 14 }),
    ...(rabbit && { 'RabbitMQ killed': 10, 'RabbitMQ link reset': 6, 'RabbitMQ link stalled': 4 }),
  };
}

/** Shortest and longest, ms. A machine counts as lost after 5 s of silence: some are back before, some after. */
const lasts = /** @satisfies {Record<FaultKind, readonly [number, number]>} */ ({
  'agent killed': [0, 3_000],
  'hub killed': [0, 2_500],
  'RabbitMQ killed': [0, 2_000],
  'cable cut': [300, 9_000],
  'link cut': [100, 7_000],
  'connections reset': [0, 0],
  'link stalled': [300, 9_000],
  'link slow': [1_000, 6_000],
  'RabbitMQ link reset': [0, 0],
  'RabbitMQ link stalled': [300, 4_000],
});
const slowMs = 150;

/**
 * @param {{ random: import('./random.mjs').Random, number: number, agents: number, rabbit: boolean, cables: boolean,
 *   meanGapMs: number }} options
 * @returns {Fault}
 */
export function drawFault({ random, number, agents, rabbit, cables, meanGapMs }) {
  const kind = random.weighted(weights({ rabbit, cables }));
  const [shortest, longest] = lasts[kind];
  return {
    number,
    kind,
    agent: random.between(0, agents - 1),
    // Times between random moments are distributed exponentially; none is waited for forever.
    afterMs: Math.round(Math.min(4, -Math.log(1 - random.next())) * meanGapMs),
    forMs: random.between(shortest, longest),
  };
}

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Carries one out, to its end: what was killed is started again, what was cut is healed.
 *
 * @param {Fault} fault
 * @param {{ mesh: import('./mesh.mjs').SoakMesh, ground: import('./ground.mjs').Ground }} world
 */
export async function carryOut({ kind, agent, forMs }, { mesh, ground }) {
  const link = mesh.machines[agent]?.link;
  switch (kind) {
    case 'agent killed':
      return mesh.killAgent(agent, forMs);
    case 'hub killed':
      return mesh.killHub(forMs);
    case 'RabbitMQ killed':
      return mesh.killRabbit(forMs);
    case 'cable cut':
      ground.setCable?.(agent, 'down');
      await pause(forMs);
      return ground.setCable?.(agent, 'up');
    case 'connections reset':
      return link?.reset();
    case 'RabbitMQ link reset':
      return mesh.rabbitLink?.reset();
    case 'RabbitMQ link stalled':
      mesh.rabbitLink?.stall();
      await pause(forMs);
      return mesh.rabbitLink?.heal();
    case 'link cut':
    case 'link stalled':
    case 'link slow':
      if (kind === 'link cut') link?.cut();
      else if (kind === 'link stalled') link?.stall();
      else link?.delay(slowMs);
      await pause(forMs);
      return link?.heal();
  }
}

/** What one fault needs for itself: two of the same thing at once would heal each other. @param {Fault} fault */
export const victimOf = ({ kind, agent }) => {
  if (kind === 'hub killed') return 'hub';
  if (kind.startsWith('RabbitMQ')) return 'rabbitmq';
  if (kind === 'agent killed') return `agent ${agent}`;
  return kind === 'cable cut' ? `cable ${agent}` : `link ${agent}`;
};
