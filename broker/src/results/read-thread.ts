import { parentPort } from 'node:worker_threads';
import { createReadDesk, replyTo, type ReadMessage } from './read-requests.js';

/** The thread that reads results for the hub, so that a million rows keep nobody else waiting. */
const running = new Map<number, AbortController>();
const desk = createReadDesk();

parentPort?.on('message', (message: ReadMessage) => {
  if ('abort' in message) {
    running.get(message.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(message.id, controller);
  void replyTo(desk, message, controller.signal).then((reply) => {
    running.delete(message.id);
    parentPort?.postMessage(reply);
  });
});
