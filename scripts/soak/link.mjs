import { connect, createServer } from 'node:net';

/**
 * A cable that can be cut, without privileges: TCP ports of one address that lead to the same ports of another.
 *
 * @typedef {object} Link
 * @property {() => void} reset every connection ends at once; new ones are taken again
 * @property {() => void} cut connections end, new ones are refused
 * @property {() => void} stall nothing comes through and nobody is told, as with a pulled cable
 * @property {(ms: number) => void} delay every byte comes this much later
 * @property {() => void} heal
 * @property {() => Promise<void>} close
 */

/** Bytes in order, each chunk `delayMs()` after it came, none while `stalled()`. */
function createLane(/** @type {import('node:net').Socket} */ to, /** @type {() => number} */ delayMs) {
  /** @type {{ chunk: Buffer | null, at: number }[]} */
  const queue = [];
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let stalled = false;
  const flush = () => {
    timer = undefined;
    while (!stalled) {
      const first = queue[0];
      if (first === undefined) return;
      const waitMs = first.at - Date.now();
      if (waitMs > 0) {
        timer = setTimeout(flush, waitMs);
        return;
      }
      queue.shift();
      if (first.chunk === null) to.end();
      else to.write(first.chunk);
    }
  };
  return {
    /** @param {Buffer | null} chunk null: the other side has said all it had to say */
    put(chunk) {
      const after = queue.at(-1)?.at ?? 0;
      queue.push({ chunk, at: Math.max(after, Date.now() + delayMs()) });
      if (timer === undefined) flush();
    },
    /** @param {boolean} value */
    stall(value) {
      stalled = value;
      if (!value && timer === undefined) flush();
    },
    drop: () => clearTimeout(timer),
  };
}

/**
 * @param {{ host: string, targetHost: string, ports: readonly { from: number, to: number }[] }} options
 * @returns {Promise<Link>}
 */
export async function createLink({ host, targetHost, ports }) {
  /** @type {Set<{ end: () => void, stall: (value: boolean) => void }>} */
  const pairs = new Set();
  let state = /** @type {'open' | 'cut' | 'stalled'} */ ('open');
  let delayMs = 0;

  /** @param {import('node:net').Socket} near @param {number} port */
  function join(near, port) {
    if (state === 'cut') return void near.resetAndDestroy();
    const far = connect({ host: targetHost, port, allowHalfOpen: true, noDelay: true });
    const up = createLane(far, () => delayMs);
    const down = createLane(near, () => delayMs);
    const pair = {
      end() {
        up.drop();
        down.drop();
        near.resetAndDestroy();
        far.resetAndDestroy();
        pairs.delete(pair);
      },
      stall(/** @type {boolean} */ value) {
        up.stall(value);
        down.stall(value);
      },
    };
    pairs.add(pair);
    pair.stall(state === 'stalled');
    for (const [from, lane] of /** @type {const} */ ([
      [near, up],
      [far, down],
    ])) {
      from.on('data', (chunk) => lane.put(chunk));
      from.on('end', () => lane.put(null));
      from.on('error', () => pair.end());
    }
    let closed = 0;
    const onClose = () => (closed += 1) === 2 && pairs.delete(pair);
    near.once('close', onClose);
    far.once('close', onClose);
  }

  const servers = await Promise.all(
    ports.map(
      ({ from, to }) =>
        /** @type {Promise<import('node:net').Server>} */ (
          new Promise((resolve, reject) => {
            const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => join(socket, to));
            server.once('error', reject);
            server.listen(from, host, () => resolve(server));
          })
        ),
    ),
  );
  const endAll = () => [...pairs].forEach((pair) => pair.end());
  /** @param {typeof state} next */
  const become = (next) => {
    state = next;
    for (const pair of pairs) pair.stall(next === 'stalled');
  };
  return {
    reset: endAll,
    cut() {
      become('cut');
      endAll();
    },
    stall: () => become('stalled'),
    delay: (ms) => void (delayMs = ms),
    heal() {
      delayMs = 0;
      become('open');
    },
    async close() {
      endAll();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}
