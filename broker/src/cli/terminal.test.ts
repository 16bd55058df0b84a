import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Inventory, NodeView } from '@meshdeck/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinedNode } from '../http/fixtures/hub-services.js';
import { acts, openTerminal, ours } from './testing.js';
import { jsonText } from './text/json-text.js';
import { failureText } from './views/jobs.js';
import { nodeFacts, nodesTable } from './views/nodes.js';

it('lets nothing out that a terminal acts on but its own colours, whatever it is given to say', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { terminal, written } = openTerminal();
      terminal.print(`${terminal.paint.green('ok')} ${text}`);
      terminal.note(text);
      terminal.draw(text);
      expect(`${written.stdout}${written.stderr}`.replace(ours, '')).not.toMatch(acts);
    }),
  );
  const { terminal, written } = openTerminal();
  terminal.print(`${terminal.paint.green('ok')} \u001b[32mforged\u001b[39m`);
  expect(written.stdout).toBe('\u001b[32mok\u001b[39m \uFFFD[32mforged\uFFFD[39m\n');
});

const forgeries = [
  'x\u001b[1A\u001b[2K\rProtection       strong',
  'x\u009b2KProtection  strong',
  'x\nProtection       strong',
  'x\r\nProtection       strong',
  'x\u2028Protection       strong',
  '\u202Egnorts  noitcetorP',
];

/** What a rogue machine says of itself, were it let through the doors as it is. */
function rogue(text: string): NodeView {
  const inventory: Inventory = {
    ts: 1,
    hostname: text,
    platform: text,
    osName: text,
    osVersion: text,
    kernel: text,
    arch: text,
    cpuModel: text,
    coresPhysical: 1,
    coresLogical: 1,
    totalRamBytes: 1,
    machineModel: text,
    virtual: false,
    disks: [],
    interfaces: [],
    gpus: [{ name: text, memoryTotalBytes: null }],
    runtimes: {
      node: { version: text },
      python: { version: text, path: text },
      onnx: { version: text },
      bubblewrap: null,
      containers: null,
    },
    timezone: text,
    agentVersion: text,
    leftovers: { count: 1, reason: text },
    protection: {
      ts: 1,
      level: 'none',
      lines: [{ stage: 'script', subject: 'agent-key', state: 'not-held', how: text }],
      notes: [text],
    },
  };
  return { ...joinedNode, name: text, labels: { room: text }, inventory };
}

it.each(forgeries)('shows one line of protection, the measured one, whatever a machine says: %j', (text) => {
  const { terminal, written } = openTerminal();
  terminal.print(nodeFacts(rogue(text), terminal, 2));
  const lines = written.stdout.replace(ours, '').split('\n');
  expect(lines.filter((line) => /^\s*Protection\b/.test(line) && line.trimStart() === line)).toEqual([
    expect.stringMatching(/^Protection +none$/),
  ]);
  expect(written.stdout.replace(ours, '')).not.toMatch(acts);
});

it.each(forgeries)('keeps a row of a table on its line: %j', (text) => {
  const { terminal, written } = openTerminal();
  terminal.print(nodesTable([rogue(text), joinedNode], terminal, 2));
  expect(written.stdout.trimEnd().split('\n')).toHaveLength(3);
});

it('indents what a failure says below its first line, so that it cannot pass for ours', () => {
  const text = failureText({ code: 'app-crashed', message: 'boom\nmeshdeck: all is well', detail: 'x\ny' });
  expect(
    text
      .split('\n')
      .slice(1)
      .every((line) => line.startsWith('  ')),
  ).toBe(true);
});

it('prints JSON that programs read back exactly, and terminals bear', () => {
  const value = { name: '\u009b31m\u202E\u0007', list: ['\u001b]52;c;x\u0007'] };
  const { terminal, written } = openTerminal();
  terminal.print(jsonText(value));
  expect(JSON.parse(written.stdout)).toEqual(value);
  expect(written.stdout).not.toMatch(acts);
});

it('has one way to a terminal: no part of a command line writes beside it', () => {
  const folders = [import.meta.dirname, join(import.meta.dirname, '../../../mesh-node/src/cli')];
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(folder, file)),
  );
  const writers = sources
    .filter((file) =>
      /process\.std(out|err)\.write|console\.|stdout\.write|stderr\.write/.test(readFileSync(file, 'utf8')),
    )
    .map((file) => relative(folders.find((folder) => file.startsWith(folder)) ?? '', file));
  // Nor is JSON made for it in another way than `jsonText` does.
  expect(
    sources.filter((file) => /\b(print|note|draw)\(\s*JSON\.stringify/.test(readFileSync(file, 'utf8'))),
  ).toEqual([]);
  // `commands/hub.ts` and `logger.ts` write log lines, as JSON without such characters.
  expect(writers.sort()).toEqual(['commands/hub.ts', 'logger.ts', 'terminal.ts', 'terminal.ts']);
});
