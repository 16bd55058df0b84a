import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreatedJoinToken, NodeView } from '@meshdeck/shared';
import {
  callHub,
  isReadyForWork,
  listNodes,
  privateHubFlags,
  runCli,
  startAgent,
  startHub,
  until,
  type Finished,
  type RunningHub,
} from '@meshdeck/testing/mesh';
import { findChromium, type Program } from '@meshdeck/testing/programs';
import { expect, test as base, type Page } from 'playwright/test';

export interface Machine extends Program {
  name: string;
  nodeId: string;
}

export interface Fixtures {
  /** Flags the hub gets beside the private ones. */
  hubFlags: string[];
  /** Environment of the hub and of the machines, beside their own. */
  programEnv: Record<string, string>;
  /** Lasts as long as the test. */
  folder: string;
  hub: RunningHub;
  /** `meshdeck ...` beside the hub. */
  cli: (...args: string[]) => Promise<Finished>;
  /** An agent not yet waited for. */
  startMachine: (name: string, flags?: string[]) => Program;
  /** Machines that have joined, measured themselves and take work. */
  joinMachines: (...names: string[]) => Promise<Machine[]>;
  /** The user interface, signed in by a one-time link. */
  ui: Page;
}

export const test = base.extend<Fixtures>({
  hubFlags: [[], { option: true }],
  programEnv: [{}, { option: true }],

  folder: async ({ browserName: _browserName }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'meshdeck-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  },

  hub: async ({ folder, hubFlags, programEnv: env }, use, testInfo) => {
    const flags = [...privateHubFlags, ...hubFlags];
    const hub = await startHub({ dataDir: join(folder, 'hub'), flags, env });
    await use(hub);
    await hub.stop();
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('hub.log', { body: hub.output() });
  },

  cli: async ({ hub }, use) => {
    await use((...args) => runCli(args, { env: hub.env }));
  },

  startMachine: async ({ folder, programEnv: env }, use, testInfo) => {
    const machines = new Map<string, Program>();
    await use((name, flags = []) => {
      const machine = startAgent({
        dataDir: join(folder, name),
        flags: ['--interface', '127.0.0.1', '--name', name, '--benchmark-seconds', '1', ...flags],
        env,
      });
      machines.set(`${name} ${machine.pid}`, machine);
      return machine;
    });
    await Promise.all([...machines.values()].map((machine) => machine.stop()));
    if (testInfo.status === testInfo.expectedStatus) return;
    for (const [name, machine] of machines) await testInfo.attach(`${name}.log`, { body: machine.output() });
  },

  joinMachines: async ({ hub, startMachine }, use) => {
    await use(async (...names) => {
      const { token } = await callHub<CreatedJoinToken>(hub, '/join-tokens', {
        method: 'POST',
        json: { uses: names.length, ttlSeconds: 600 },
      });
      const started = names.map((name) => ({ name, program: startMachine(name, ['--join', token]) }));
      const machines: Machine[] = [];
      for (const { name, program } of started) {
        const { nodeId } = await program.event('joined', 60_000);
        machines.push({ ...program, name, nodeId: String(nodeId) });
      }
      await workReady(
        hub,
        machines.map(({ nodeId }) => nodeId),
      );
      return machines;
    });
  },

  ui: async ({ hub, page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    const { url } = await callHub<{ url: string }>(hub, '/ui-links', { method: 'POST' });
    await openSignedIn(page, url);
    await use(page);
    expect(complaints).toEqual([]);
  },
});

/** Opens a one-time link of this computer, as somebody does who runs `meshdeck ui-link`; in without a click. */
export async function openSignedIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL(({ pathname }) => pathname !== '/login');
}

/** Until these take work. */
export function workReady(hub: RunningHub, nodeIds: string[]): Promise<NodeView[]> {
  return until(
    () => listNodes(hub),
    (nodes) =>
      nodeIds.every((nodeId) =>
        nodes.some((node) => node.id === nodeId && isReadyForWork(node) && (node.score?.score ?? 0) > 0),
      ),
    { what: `${nodeIds.length} machines to take work`, timeoutMs: 60_000 },
  );
}

/** Until these have tried out what holds jobs there: nothing of their own is written for a while then. */
export function protectionMeasured(hub: RunningHub, nodeIds: string[]): Promise<NodeView[]> {
  return until(
    () => listNodes(hub),
    (nodes) =>
      nodeIds.every((id) => nodes.some((node) => node.id === id && node.inventory?.protection !== undefined)),
    { what: `${nodeIds.length} machines to try out their protection`, timeoutMs: 60_000 },
  );
}

/** Skips every test of the file where there is no browser to drive, naming what to install. */
export function needsChromium(): void {
  test.skip(findChromium() === null, 'needs Chromium: apt-get install chromium');
}

export { expect } from 'playwright/test';
