/** What the door's process is told, as one JSON argument. */
export interface DoorWishes {
  /** The agent's end: every connection, and every question after a name, goes there. */
  socket: string;
  /** What is listened on from the start, and what a connection to it asks the agent for. */
  listen: { address: string; port: number; host: string; hostPort: number }[];
  /** Names that have an address from the start. */
  names: Record<string, string>;
  /** Any other name the agent knows gets an address of its own, with these ports; null: there are no others. */
  ports: readonly number[] | null;
  /** Addresses that the loopback interface gets, and the program that gives them to it. */
  addresses: string[];
  ip: string | null;
}

/**
 * The only way out of a network namespace that has nothing but a loopback interface, run in the agent's own Node inside it.
 * It answers questions after names (DNS over UDP on 127.0.0.1) with addresses of that interface, listens on them, and hands
 * each connection over to the agent, which decides and connects. It decides nothing: whoever had it in hand could ask the
 * agent for no more. CommonJS source, handed over as `node -e`.
 */
export const doorSource = `
const net = require('node:net');
const { pipeline } = require('node:stream');
const dgram = require('node:dgram');
const { spawnSync } = require('node:child_process');
const wishes = JSON.parse(process.argv[1]);
// The agent holds the other end: with the agent it ends, also where that died before the kernel was told to end it.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
const names = new Map(Object.entries(wishes.names));
const asked = new Map();
const mostNames = 1024;
let given = 0;

/** Says one thing to the agent; calls back with its answer and the connection to it. */
function ask(question, done) {
  const agent = net.connect({ path: wishes.socket, allowHalfOpen: true });
  let text = '';
  let over = false;
  const end = (answer) => { if (!over) { over = true; done(answer, agent); } };
  agent.on('error', () => end(null));
  agent.on('close', () => end(null));
  agent.on('connect', () => agent.write(JSON.stringify(question) + '\\n'));
  agent.on('readable', function hear() {
    for (;;) {
      const byte = agent.read(1);
      if (byte === null) return;
      if (byte[0] !== 10) { text += byte.toString('latin1'); if (text.length < 64) continue; }
      agent.off('readable', hear);
      return end(text === 'ok' ? true : null);
    }
  });
}

function serve(address, port, host, hostPort) {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (job) => {
      job.on('error', () => job.destroy());
      ask({ host, port: hostPort }, (ok, agent) => {
        if (ok === null || job.destroyed) { agent.destroy(); return job.resetAndDestroy(); }
        pipeline(job, agent, () => undefined);
        pipeline(agent, job, () => undefined);
      });
    });
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}

async function addressOf(name) {
  if (names.has(name)) return names.get(name);
  if (wishes.ports === null || names.size >= mostNames) return null;
  const known = await new Promise((resolve) => ask({ name }, (ok, agent) => { agent.destroy(); resolve(ok !== null); }));
  if (!known) return null;
  given += 1;
  const address = '127.78.' + (given >> 8) + '.' + (given & 255);
  // A port the job has taken itself is the job's.
  await Promise.allSettled(wishes.ports.map((port) => serve(address, port, name, port)));
  names.set(name, address);
  return address;
}

/** One answer at a time for each name. */
function resolveName(name) {
  const going = asked.get(name) ?? addressOf(name).finally(() => asked.delete(name));
  asked.set(name, going);
  return going;
}

/** A question [RFC 1035 §4.1]: one name without compression, its type and class. Undefined where it is none. */
function parseQuestion(packet) {
  if (packet.length < 17 || packet.readUInt16BE(4) !== 1 || (packet[2] & 0x80) !== 0) return undefined;
  const labels = [];
  let at = 12;
  for (;;) {
    const length = packet[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) break;
    if (at + length > packet.length) return undefined;
    labels.push(packet.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > packet.length) return undefined;
  return { name: labels.join('.').toLowerCase(), type: packet.readUInt16BE(at), end: at + 4 };
}

async function answer(packet) {
  const question = parseQuestion(packet);
  if (question === undefined) return undefined;
  const address = await resolveName(question.name);
  const head = Buffer.from(packet.subarray(0, question.end));
  const isAddress = address !== null && question.type === 1;
  head.writeUInt16BE(address === null ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(isAddress ? 1 : 0, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  if (!isAddress) return head;
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([head, record]);
}

const dns = dgram.createSocket('udp4');
dns.on('message', (packet, from) => {
  answer(packet).then((reply) => reply && dns.send(reply, from.port, from.address), () => undefined);
});

(async () => {
  for (const address of wishes.addresses) {
    const length = address.includes(':') ? '/128' : '/32';
    const { status } = spawnSync(wishes.ip, ['address', 'add', address + length, 'dev', 'lo'], { stdio: 'ignore' });
    if (status !== 0) throw new Error('no address ' + address);
  }
  await new Promise((resolve, reject) => { dns.once('error', reject); dns.bind(53, '127.0.0.1', resolve); });
  for (const { address, port, host, hostPort } of wishes.listen) await serve(address, port, host, hostPort);
  console.log('ready');
})().catch((error) => { console.log('failed ' + error.message); process.exit(1); });
`;
