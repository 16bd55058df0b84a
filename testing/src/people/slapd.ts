import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../network/index.js';
import { findSlapd } from '../programs/index.js';

/** A real OpenLDAP server of one's own: a plain process on free ports of loopback, its files in a folder of its own. */
export interface Slapd {
  /** ldap://, StartTLS offered where there is a certificate. */
  url: string;
  /** ldaps:// */
  secureUrl: string;
  bindDn: string;
  bindPassword: string;
  /** Changes in LDIF, as `ldapmodify` takes them. */
  modify: (ldif: string) => Promise<void>;
  /** Ends it; its files stay. */
  kill: () => Promise<void>;
  /** Starts it again over the same files, on the same ports. */
  start: () => Promise<void>;
  /** Ends it and removes its files. */
  stop: () => Promise<void>;
}

export interface DirectoryPerson {
  uid: string;
  name: string;
  password: string;
}

export interface SlapdOptions {
  /** They live under ou=people. */
  people?: DirectoryPerson[];
  /** Under ou=groups, each with the people named as members. */
  groups?: Record<string, string[]>;
  /** For TLS, PEM. */
  certificate?: { cert: string; key: string };
}

const run = promisify(execFile);
const startLimitMs = 60_000;
const suffix = 'dc=example,dc=org';

/** Why tests with slapd are left out here, for their title; null where they run. With CI=true they always run. */
export function whyNoSlapd(): string | null {
  if (findSlapd() !== null || process.env['CI'] === 'true') return null;
  return 'needs OpenLDAP: apt-get install slapd ldap-utils';
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

const personLdif = ({ uid, name, password }: DirectoryPerson) => `
dn: uid=${uid},ou=people,${suffix}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${name}
sn: ${name}
mail: ${uid}@example.org
userPassword: ${password}
`;

/** Resolves once it answers and has its people. */
export async function startSlapd({
  people = [],
  groups = {},
  certificate,
}: SlapdOptions = {}): Promise<Slapd> {
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
  let server: ChildProcess | undefined;
  let output = '';

  async function start(): Promise<void> {
    const listeners = certificate === undefined ? url : `${url} ${secureUrl}`;
    const child = spawn(program ?? '', ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', listeners], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-10_000)));
    }
    const deadline = Date.now() + startLimitMs;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`slapd did not start:\n${output}`);
      await new Promise((done) => setTimeout(done, 30));
    }
  }

  async function kill(): Promise<void> {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  async function modify(ldif: string, flags: string[] = []): Promise<void> {
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
