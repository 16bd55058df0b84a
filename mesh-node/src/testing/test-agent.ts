import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptIdOf, type MeshdeckError, type RunOrder } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { moveToGrave, removeTree } from '../storage/remove-tree.js';
import { startAgent, type Agent, type AgentOptions } from '../agent.js';
import { parseAgentConfig } from '../agent-config.js';
import { startFakeHub, type FakeHub, type FakeHubOptions } from './fake-hub.js';
import { writeTar } from './write-tar.js';

/** A folder that goes when the test does. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-node-'));
  onTestFinished(async () => {
    // What hostile jobs leave is more than `rm` can take.
    const grave = await mkdtemp(join(tmpdir(), 'meshdeck-node-gone-'));
    const moved = await moveToGrave(folder, grave);
    if (moved !== null) await removeTree(moved, grave);
    await rm(grave, { recursive: true, force: true });
  });
  return folder;
}

/** A hub that stops when the test ends. */
export async function testHub(options: FakeHubOptions = {}): Promise<FakeHub> {
  const hub = await startFakeHub(options);
  onTestFinished(() => hub.stop());
  return hub;
}

export interface TestAgent extends Agent {
  events: string[];
  notices: MeshdeckError[];
  searches: string[];
  refused: Promise<MeshdeckError>;
}

/** An agent in this process that stops when the test ends; by default it looks for its hub at `--hub` only. */
export async function testAgent(
  config: Partial<Parameters<typeof parseAgentConfig>[0]> & { dataFolder: string },
  confirm?: AgentOptions['confirm'],
  more: Pick<AgentOptions, 'onnxRunnerPath'> = {},
): Promise<TestAgent> {
  const events: string[] = [];
  const notices: MeshdeckError[] = [];
  const searches: string[] = [];
  let refuse: (problem: MeshdeckError) => void = () => undefined;
  const refused = new Promise<MeshdeckError>((resolve) => (refuse = resolve));
  const agent = await startAgent({
    ...more,
    config: parseAgentConfig({ mdns: false, name: 'test machine', slots: 2, ...config }),
    logger: pino({ level: process.env['MESHDECK_TEST_LOG'] ?? 'silent' }),
    makeIdentity: (commonName) => createIdentity({ commonName, now: new Date() }),
    ...(confirm === undefined ? {} : { confirm }),
    onWaiting: ({ code }) => events.push(`waiting ${code}`),
    onJoined: ({ nodeId }) => events.push(`joined ${nodeId}`),
    onSearching: (sentence) => searches.push(sentence),
    onNotice: (problem) => notices.push(problem),
    onRefused: refuse,
  });
  onTestFinished(() => agent.stop());
  return { ...agent, events, notices, searches, refused };
}

/** A run order for an app made of these files, all put into the hub's store. */
export function runOrder(
  hub: FakeHub,
  app: {
    runtime: RunOrder['app']['runtime'];
    entry: string;
    files: Record<string, string | Buffer>;
    input?: string;
    limits?: Partial<RunOrder['limits']>;
    access?: RunOrder['access'];
    params?: RunOrder['params'];
    /** Files besides the table. */
    inputs?: Record<string, string>;
    /** What the table is called. */
    inputName?: string;
  },
): RunOrder {
  // Unlike any other test's: processes are found by the attempt's id, whoever started them.
  const jobId = randomBytes(5).toString('hex');
  return {
    type: 'run',
    attemptId: attemptIdOf(jobId, 0, 1),
    jobId,
    token: 1,
    app: {
      name: 'test-app',
      version: 'v1',
      runtime: app.runtime,
      entry: app.entry,
      bundle: hub.putFile('bundle.tar', writeTar(app.files)),
    },
    input: hub.putFile(app.inputName ?? 'table.csv', app.input ?? 'id,value\n1,10\n2,20\n3,30\n'),
    limits: { timeSeconds: 60, memoryBytes: 512 * 1024 ** 2, outputBytes: 64 * 1024 ** 2, ...app.limits },
    ...(app.access === undefined ? {} : { access: app.access }),
    ...(app.inputs === undefined
      ? {}
      : { inputs: Object.entries(app.inputs).map(([name, text]) => hub.putFile(name, text)) }),
    ...(app.params === undefined ? {} : { params: app.params }),
  };
}

/** Waits for the report that ends an attempt. */
export function ending(hub: FakeHub, attemptId: string, timeoutMs = 60_000) {
  return hub.waitFor(
    `the end of ${attemptId}`,
    ({ reports }) =>
      reports.find(
        (report) =>
          (report.type === 'succeeded' || report.type === 'failed' || report.type === 'cancelled') &&
          report.attemptId === attemptId,
      ),
    timeoutMs,
  );
}
