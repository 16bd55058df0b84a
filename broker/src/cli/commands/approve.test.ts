import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { NodeView } from '@meshdeck/shared';
import { expect, it, onTestFinished } from 'vitest';
import { joinedNode } from '../../http/fixtures/hub-services.js';
import { runCommandLine } from '../run-command-line.js';
import { recordingContext } from '../testing.js';

/** A hub with one machine that waits, and a person who answers (or is not there). */
async function approve(options: {
  flags?: string[];
  said: string | null;
  node?: Partial<NodeView>;
  others?: Partial<NodeView>[];
}) {
  const node: NodeView = {
    ...joinedNode,
    membership: 'pending',
    code: '042137',
    codeExpiresAt: Date.now() + 60_000,
    ...options.node,
  };
  const bodies: unknown[] = [];
  const hub = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method === 'POST') bodies.push(JSON.parse(body));
      const others = (options.others ?? []).map((other) => ({ ...node, ...other }));
      const isList = request.url?.endsWith('/nodes') === true;
      response.end(JSON.stringify(isList ? { nodes: [...others, node] } : node));
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    hub.closeAllConnections();
    hub.close();
  });
  await new Promise((resolve) => hub.once('listening', resolve));
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const { context, printed, noted } = recordingContext({ MESHDECK_TOKEN: 'x' });
  const asked: string[] = [];
  context.terminal.ask = async (question) => {
    asked.push(question);
    return options.said;
  };
  const args = ['nodes', 'approve', 'bench-1', '--hub', url, ...(options.flags ?? [])];
  const exitCode = await runCommandLine(args, context);
  return { exitCode, printed, noted: noted.join('\n'), asked, bodies };
}

it('shows the hub’s code and approves that one when the person says it is the same', async () => {
  const { exitCode, printed, noted, bodies, asked } = await approve({ said: 'yes' });
  expect({ exitCode, printed, bodies }).toEqual({
    exitCode: 0,
    printed: ['bench-1 is in.'],
    bodies: [{ code: '042137' }],
  });
  expect(noted).toContain('042 137');
  expect(asked).toHaveLength(1);
});

it.each(['no', '', 'n', 'sure'])('approves nothing when the person says "%s"', async (said) => {
  const { exitCode, noted, bodies } = await approve({ said });
  expect({ exitCode, bodies }).toEqual({ exitCode: 1, bodies: [] });
  expect(noted).toContain('was not let in');
});

it('approves nothing where nobody is there to ask', async () => {
  const { exitCode, noted, bodies } = await approve({ said: null });
  expect({ exitCode, bodies }).toEqual({ exitCode: 1, bodies: [] });
  expect(noted).toContain('--code');
});

it('asks nobody when the digits are given, and leaves it to the hub to compare them', async () => {
  const { exitCode, bodies, asked } = await approve({ said: null, flags: ['--code', '042 137'] });
  expect({ exitCode, bodies, asked }).toEqual({ exitCode: 0, bodies: [{ code: '042137' }], asked: [] });
  const wrong = await approve({ said: null, flags: ['--code', '42137'] });
  expect(wrong).toMatchObject({ exitCode: 1, bodies: [] });
  expect(wrong.noted).toContain('six digits');
});

it('has nothing to compare for a machine that is in', async () => {
  const joined = await approve({ said: null, node: { membership: 'joined', code: null } });
  expect(joined).toMatchObject({ exitCode: 0, bodies: [], asked: [] });
});

it('means the machine that asks, whoever is in under that name, and guesses between no two that ask', async () => {
  const other = { id: 'b'.repeat(26), code: '999999' };
  const joined = await approve({ said: 'yes', others: [{ ...other, membership: 'joined' }] });
  expect(joined).toMatchObject({ exitCode: 0, bodies: [{ code: '042137' }] });
  const both = await approve({ said: 'yes', others: [{ ...other, membership: 'pending' }] });
  expect(both).toMatchObject({ exitCode: 1, bodies: [], asked: [] });
  expect(both.noted).toContain('2 machines ask to join as bench-1: bbbbbbb, aaaaaaa');
});
