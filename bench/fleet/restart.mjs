import { startHub } from '@meshdeck/testing/mesh';

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

/**
 * A hub that has ended, started again on its ports and its folder.
 *
 * @param {RunningHub} hub @param {(text: string) => void} [onOutput]
 */
export function startAgain({ ready, dataDir }, onOutput) {
  const port = (/** @type {string} */ url) => new URL(url).port;
  const flags = [
    ...['--port', port(ready.url), '--tls-port', port(ready.tls)],
    ...['--mqtt-port', port(ready.mqtt), '--sensor-port', port(ready.sensors)],
    ...['--interface', '127.0.0.1', '--lan-host', '127.0.0.1'],
  ];
  return startHub({ dataDir, flags, ...(onOutput && { onOutput }) });
}
