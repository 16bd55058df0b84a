import { Buffer } from 'node:buffer';
import { brokenBody, mutateBytes, randomBytes, randomText } from './values.mjs';

/** @typedef {import('../soak/random.mjs').Random} Random */
/**
 * @typedef {object} Target
 * @property {string} host what the Host header should say
 * @property {{ method: string, path: string }[]} routes with `{name}` or `:name` for parameters
 * @property {string[]} credentials header lines that open nothing, or nothing that changes anything
 */

const methods = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'get',
  'É',
];

/** @param {string} text */
const oneLine = (text) => text.replaceAll(/[\r\n]/g, ' ');

/** @param {Random} random @param {string} path */
function fillPath(random, path) {
  return path.replaceAll(/\{[^}]+\}|:[a-zA-Z0-9]+/g, () => {
    const text = randomText(random).slice(0, 3000);
    return random.next() < 0.6
      ? encodeURIComponent(Buffer.from(text).toString())
      : oneLine(text).replaceAll(' ', '+');
  });
}

/** One request, well formed or not. @param {Random} random @param {Target} target @returns {Buffer} */
export function hostileRequest(random, { host, routes, credentials }) {
  const route = random.pick(routes);
  const method = random.next() < 0.8 ? route.method.toUpperCase() : random.pick(methods);
  const draw = random.next();
  const path =
    draw < 0.8
      ? fillPath(random, route.path)
      : draw < 0.9
        ? `/${oneLine(randomText(random))}`
        : oneLine(randomText(random));
  const query =
    random.next() < 0.3
      ? `?${encodeURIComponent('limit')}=${randomBytes(random, 8).toString('hex')}&${oneLine(randomText(random)).replaceAll(' ', '')}`
      : '';
  const body = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : brokenBody(random);
  const lines = [`${method} ${path}${query} HTTP/1.1`];
  lines.push(`Host: ${random.next() < 0.9 ? host : oneLine(randomText(random))}`);
  if (random.next() < 0.7) lines.push(random.pick(credentials));
  if (random.next() < 0.1) lines.push('Origin: http://evil.example');
  if (random.next() < 0.1)
    lines.push(
      `Range: bytes=${randomText(random)
        .slice(0, 20)
        .replaceAll(/[\r\n]/g, '')}`,
    );
  if (random.next() < 0.1)
    lines.push(`X-${randomBytes(random, 4).toString('hex')}: ${oneLine(randomText(random))}`);
  if (random.next() < 0.05)
    lines.push(
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: mqtt',
      `Sec-WebSocket-Key: ${randomBytes(random, 16).toString('base64')}`,
    );
  const type = random.pick([
    'application/json',
    'application/json',
    'application/octet-stream',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    oneLine(randomText(random)).slice(0, 100),
  ]);
  if (body.length > 0) lines.push(`Content-Type: ${type}`);
  const framing = random.next();
  if (framing < 0.85) lines.push(`Content-Length: ${body.length}`);
  else if (framing < 0.9) lines.push(`Content-Length: ${random.between(0, 9_999_999)}`);
  else if (framing < 0.95) lines.push('Transfer-Encoding: chunked', 'Content-Length: 5');
  else lines.push('Transfer-Encoding: chunked');
  const whole = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
  return random.next() < 0.15 ? mutateBytes(random, whole) : whole;
}
