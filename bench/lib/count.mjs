// node bench/lib/count.mjs '{"host","port","topic","messages"}': subscribes, prints {"event":"subscribed"}, counts, and
// prints {"event":"counted","count","lastAt"} once all have come or none has for two seconds.
import { connect } from 'node:net';
import { connectPacket, packetReader, subscribePacket } from './mqtt-wire.mjs';

const silenceMs = 2000;
/** @type {{ host: string, port: number, topic: string, messages: number }} */
const { host, port, topic, messages } = JSON.parse(process.argv[2] ?? '{}');
let count = 0;
let lastAt = 0;

const socket = connect({ host, port });
socket.write(connectPacket({ clientId: 'counter' }));
const finish = () => {
  console.log(JSON.stringify({ event: 'counted', count, lastAt }));
  process.exit(0);
};
socket.on(
  'data',
  packetReader((type) => {
    if (type === 0x20) socket.write(subscribePacket(topic));
    else if (type === 0x90) console.log(JSON.stringify({ event: 'subscribed' }));
    else if (type >> 4 === 3) {
      count += 1;
      lastAt = Date.now();
      if (count === messages) finish();
    }
  }),
);
setInterval(() => {
  if (lastAt > 0 && Date.now() - lastAt > silenceMs) finish();
}, 200);
