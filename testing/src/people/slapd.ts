import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findSlapd } from '../test/prerequisites.mjs';

/**
 * A real OpenLDAP server of one's own: a plain process on free ports of loopback, its files in a folder of its own.
 *
 * @typedef {object} Slapd
 * @property {string} url ldap://, StartTLS offered where there is a certificate
 * @property {string} secureUrl ldaps://
 * @property {string} bindDn
 * @property {string} bindPassword
 * @property {(ldif: string) => Promise<void>} modify changes in LDIF, as `ldapmodify` takes them
 * @property {() => Promise<void>} kill ends it; its files stay
 * @property {() => Promise<void>} start starts it again over the same files, on the same ports
 * @property {() => Promise<void>} stop ends it and removes its files
 */

const run = promisify(execFile);
const startLimitMs = 60_000;
const suffix = 'dc=example,dc=org';

/** Why tests with slapd are left out here, for their title; null where they run. With CI=true they always run. */
export function whyNoSlapd() {
  if (findSlapd() !== null || process.env['CI'] === 'true') return null;
  return 'needs OpenLDAP: apt-get install slapd ldap-utils';
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(null)));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** @param {number} port */
function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** @param {{ uid: string, name: string, password: string }} person */
const personLdif = ({ uid, name, password }) => `
dn: uid=${uid},ou=people,${suffix}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${name}
sn: ${name}
mail: ${uid}@example.org
userPassword: ${password}
`;

/**
 * `certificate`: for TLS, PEM. People live under ou=people, groups under ou=groups; `admins` and `operators` have the
 * people named as members.
 *
 * @param {{ people?: { uid: string, name: string, password: string }[], groups?: Record<string, string[]>,
 *   certificate?: { cert: string, key: string } }} [options]
 * @returns {Promise<Slapd>}
 */
export async function startSlapd({ people = [], groups = {}, certificate } = {}) {
  const program = findSlapd();
  if (program === null) throw new Error('OpenLDAP is missing: apt-get install slapd ldap-utils');
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-slapd-'));
  const [port, securePort] = await Promise.all([freePort(), freePort()]);
  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = `ldaps://127.0.0.1:${securePort}`;
  const bindDn = `cn=hub,${suffix}`;
  const bindPassword = 'directory secret';
  mkdirSync(join(folder, 'data'));
  if (certificate !== undefined) {
    writeFileSync(join(folder, 'cert.pem'), certificate.cert);
    writeFileSync(join(folder, 'key.pem'), certificate.key, { mode: 0o600 });
  }
  const schemas = ['core', 'cosine', 'inetorgperson'];
  writeFileSync(
    join(folder, 'slapd.conf'),
    [
      ...schemas.map((name) => `include /etc/ldap/schema/${name}.schema`),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `pidfile ${join(folder, 'slapd.pid')}`,
      ...(certificate === undefined
        ? []
        : [
            `TLSCertificateFile ${join(folder, 'cert.pem')}`,
            `TLSCertificateKeyFile ${join(folder, 'key.pem')}`,
          ]),
      'database mdb',
      'maxsize 16777216',
      `suffix "${suffix}"`,
      `rootdn "${bindDn}"`,
      `rootpw "${bindPassword}"`,
      `directory ${join(folder, 'data')}`,
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by users read by * none',
      '',
    ].join('\n'),
  );
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  let output = '';

  async function start() {
    const listeners = certificate === undefined ? url : `${url} ${secureUrl}`;
    const child = spawn(program ?? '', ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', listeners], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-10_000)));
    }
    const deadline = Date.now() + startLimitMs;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`slapd did not start:\n${output}`);
      await new Promise((done) => setTimeout(done, 30));
    }
  }

  async function kill() {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  /** @param {string} ldif @param {string[]} flags */
  async function modify(ldif, flags = []) {
    const file = join(folder, 'change.ldif');
    writeFileSync(file, ldif);
    const who = ['-x', '-H', url, '-D', bindDn, '-w', bindPassword];
    await run('/usr/bin/ldapmodify', [...who, ...flags, '-f', file], { timeout: 30_000 });
  }

  try {
    await start();
    const units = ['people', 'groups'].map(
      (name) => `\ndn: ou=${name},${suffix}\nobjectClass: organizationalUnit\nou: ${name}\n`,
    );
    const groupLdif = Object.entries(groups).map(
      ([name, uids]) =>
        `\ndn: cn=${name},ou=groups,${suffix}\nobjectClass: groupOfNames\ncn: ${name}\n` +
        uids.map((uid) => `member: uid=${uid},ou=people,${suffix}\n`).join(''),
    );
    const root = `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n`;
    await modify([root, ...units, ...people.map(personLdif), ...groupLdif].join(''), ['-a']);
  } catch (error) {
    await kill();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    url,
    secureUrl,
    bindDn,
    bindPassword,
    modify: (ldif) => modify(ldif),
    start,
    kill,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
