import { Agent, request } from 'node:http';

/**
 * The hub's API over connections that stay open, so that a measurement is of the hub and not of its client.
 *
 * @param {{ ready: { url: string }, token: string }} hub
 */
export function hubClient({ ready, token }) {
  const { hostname: host, port } = new URL(ready.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });

  /**
   * @template T
   * @param {string} method @param {string} path below /api/v1
   * @param {{ json?: unknown, bytes?: Buffer }} [body]
   * @returns {Promise<T>}
   */
  function call(method, path, { json, bytes } = {}) {
    const data = json === undefined ? bytes : Buffer.from(JSON.stringify(json));
    const type = json === undefined ? 'application/octet-stream' : 'application/json';
    const headers = {
      authorization: `Bearer ${token}`,
      ...(data === undefined ? {} : { 'content-type': type, 'content-length': data.length }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request({ host, port, agent, method, path: `/api/v1${path}`, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => {
          if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text === '' ? 'null' : text));
          else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`));
        });
      });
      outgoing.once('error', reject);
      outgoing.end(data);
    });
  }

  return {
    call,
    /** @param {string} filename @param {Buffer} bytes @returns {Promise<import('@meshdeck/shared').AppView>} */
    pushApp: (filename, bytes) => call('POST', `/apps?filename=${filename}`, { bytes }),
    /** @param {string} name @param {Buffer} bytes @returns {Promise<import('@meshdeck/shared').FileReference>} */
    putTable: (name, bytes) => call('PUT', `/files?name=${name}`, { bytes }),
    stop: async () => agent.destroy(),
  };
}
