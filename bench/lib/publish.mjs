// node bench/lib/publish.mjs '{"host","port","publishers":[{"clientId","username","password","topic"}],"messages"}'
// Publishes readings as fast as they are taken, and prints {"startedAt","endedAt"} (unix ms) once all are written.
import { once } from 'node:events';
import { connect } from 'node:net';
import { connectPacket, packetReader, publishPacket } from './mqtt-wire.mjs';

const connack = 0x20;
const perWrite = 500;

/** @typedef {{ clientId: string, username?: string, password?: string, topic: string }} Publisher */
/** @type {{ host: string, port: number, publishers: Publisher[], messages: number }} */
const { host, port, publishers, messages } = JSON.parse(process.argv[2] ?? '{}');
const each = messages / publishers.length;
const firstTs = Date.now() - each;

/** @param {Publisher} publisher */
async function open(publisher) {
  const socket = connect({ host, port, noDelay: true });
  socket.write(connectPacket(publisher));
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.on(
      'data',
      packetReader((type) => (type === connack ? resolve(undefined) : undefined)),
    );
  });
  return socket;
}

/** @param {import('node:net').Socket} socket @param {string} topic */
async function publish(socket, topic) {
  for (let sent = 0; sent < each; sent += perWrite) {
    const packets = Array.from({ length: Math.min(perWrite, each - sent) }, (_, index) =>
      publishPacket(
        topic,
        `{"ts":${firstTs + sent + index},"temperature":${20 + ((sent + index) % 100) / 10}}`,
      ),
    );
    if (!socket.write(Buffer.concat(packets))) await once(socket, 'drain');
  }
}

const sockets = await Promise.all(publishers.map(open));
const startedAt = Date.now();
await Promise.all(sockets.map((socket, index) => publish(socket, publishers[index]?.topic ?? '')));
console.log(JSON.stringify({ startedAt, endedAt: Date.now() }));
process.stdin.once('end', () => sockets.forEach((socket) => socket.destroy())).resume();
