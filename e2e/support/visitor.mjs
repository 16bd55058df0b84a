// node e2e/support/visitor.mjs '[{"url":"https://host:port/path","method":"GET","headers":{},"json":{},"ca":"PEM"}]'
// Somebody at another computer: asks one thing after the other, and prints what came back as JSON.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** @typedef {{ url: string, method?: string, headers?: Record<string, string>, json?: unknown, ca?: string }} Visit */
/** @typedef {{ status: number, headers: Record<string, string | string[] | undefined>, body: string, error: string }} Found */

/** @param {Visit} visit @returns {Promise<Found>} */
function ask({ url, method = 'GET', headers = {}, json, ca }) {
  const body = json === undefined ? '' : JSON.stringify(json);
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve) => {
    /** @param {Error & { code?: string }} error */
    const failed = ({ code, message }) =>
      resolve({ status: 0, headers: {}, body: '', error: code ?? message });
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const outgoing = request(
      url,
      // Without a server name the certificate is held against the address, whatever Host says.
      {
        method,
        headers: { ...type, ...headers },
        agent: false,
        timeout: 5000,
        servername: '',
        ...(ca && { ca }),
      },
      (incoming) =>
        void text(incoming).then(
          (content) =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: content,
              error: '',
            }),
          failed,
        ),
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.once('error', failed);
    outgoing.end(body);
  });
}

const found = [];
for (const visit of /** @type {Visit[]} */ (JSON.parse(process.argv[2] ?? '[]')))
  found.push(await ask(visit));
process.stdout.write(JSON.stringify(found));
