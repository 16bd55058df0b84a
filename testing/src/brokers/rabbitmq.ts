import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../network/index.js';

/** A real RabbitMQ of one's own: a plain process on free ports of loopback, its files in a folder of its own. */
export interface RabbitMq {
  /** Of the last process started. */
  readonly pid: number;
  port: number;
  /** With the administrator's credentials. */
  url: string;
  /** Of the management API; null where it was not asked for. */
  managementUrl: string | null;
  /** `rabbitmqctl ...`; what it printed. */
  ctl: (...args: string[]) => Promise<string>;
  /** SIGKILL, to the last process; its files stay. */
  kill: () => Promise<void>;
  /** Starts it again over the same files. */
  start: () => Promise<void>;
  /** Ends it and removes its files. */
  stop: () => Promise<void>;
}

const run = promisify(execFile);
const startLimitMs = 60_000;

/** RabbitMQ's own scripts; Debian's wrappers in /usr/sbin switch user. Null where it is not installed. */
export function findRabbitmqScripts(): string | null {
  const lib = '/usr/lib/rabbitmq/lib';
  const debian = existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name, 'sbin')) : [];
  const places = [...debian, '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin'];
  return places.find((place) => existsSync(join(place, 'rabbitmq-server'))) ?? null;
}

/**
 * Why tests over RabbitMQ are left out here, for their title; null where they run. With CI=true they always run, and
 * so fail where it is missing.
 */
export function whyNoRabbitmq(): string | null {
  if (findRabbitmqScripts() !== null || process.env['CI'] === 'true') return null;
  return 'needs RabbitMQ: apt-get install rabbitmq-server';
}

/** Resolves once it serves, some five seconds later. */
export async function startRabbitmq(options: { management?: boolean } = {}): Promise<RabbitMq> {
  const scripts = findRabbitmqScripts();
  if (scripts === null) throw new Error('RabbitMQ is missing: apt-get install rabbitmq-server');
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-rabbitmq-'));
  const [port, distPort, epmdPort, managementPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const plugins = options.management === true ? '[rabbitmq_management].\n' : '[].\n';
  writeFileSync(join(folder, 'enabled_plugins'), plugins);
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      'default_user = admin',
      'default_pass = admin-secret',
      'log.console.level = warning',
      'disk_free_limit.absolute = 1MB',
      ...(options.management === true
        ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${managementPort}`]
        : []),
      '',
    ].join('\n'),
  );
  mkdirSync(join(folder, 'log'));
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    HOME: folder,
    // The port daemon, too, is its own: nothing is left behind, and nobody else's is met.
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `meshdeck-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    // Two cores are enough for anyone here; a scheduler per core of a big machine is not.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none',
  };
  let server: ChildProcess | undefined;
  let output = '';

  async function start(): Promise<void> {
    // A process group of its own: the script and the Erlang machine end together.
    const child = spawn(join(scripts ?? '', 'rabbitmq-server'), [], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-10_000)));
    }
    const ended = new Promise<never>((_, reject) => {
      child.once('exit', (code) => reject(new Error(`RabbitMQ ended with ${String(code)}:\n${output}`)));
    });
    ended.catch(() => undefined);
    const deadline = Date.now() + startLimitMs;
    while (!/completed with \d+ plugins/.test(output)) {
      if (Date.now() > deadline) throw new Error(`RabbitMQ did not start:\n${output}`);
      await Promise.race([ended, new Promise((done) => setTimeout(done, 50))]);
    }
  }

  async function kill(): Promise<void> {
    const child = server;
    server = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('close', done));
    process.kill(-child.pid, 'SIGKILL');
    await gone;
    output = '';
  }

  const rabbit: RabbitMq = {
    get pid() {
      return server?.pid ?? -1;
    },
    port,
    url: `amqp://admin:admin-secret@127.0.0.1:${port}`,
    managementUrl: options.management === true ? `http://127.0.0.1:${managementPort}` : null,
    ctl: async (...args) => (await run(join(scripts, 'rabbitmqctl'), args, { env })).stdout,
    kill,
    start,
    async stop() {
      await kill();
      await run('epmd', ['-port', String(epmdPort), '-kill'], { env }).catch(() => undefined);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  await start().catch(async (error: unknown) => {
    await rabbit.stop();
    throw error;
  });
  return rabbit;
}
