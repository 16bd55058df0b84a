import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { meshdeckVersion } from '@meshdeck/shared';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from './run-command-line.js';
import { recordingContext, temporaryFolder } from './testing.js';

async function run(args: string[], env: Record<string, string> = {}) {
  const recorded = recordingContext(env);
  const exitCode = await runCommandLine(args, recorded.context);
  return { exitCode, printed: recorded.printed.join('\n'), noted: recorded.noted.join('\n') };
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('command line', () => {
  it.each([
    [['frob'], "unknown command 'frob'"],
    [['nodes', 'lst'], 'Did you mean list?'],
    [['nodes', 'list', '--jsno'], "unknown option '--jsno'"],
    [['run', 'model.onnx'], "required option '--input <[name=]file>' not specified"],
    [['run', 'model.onnx', '--input', 'a.csv'], "required option '--out <file.csv>' not specified"],
    [['join-token', 'create', '--ttl', 'soon'], 'Give a duration such as 90s, 15m, 1h or 7d.'],
    [['jobs', 'list', '--state', 'lost'], 'Allowed choices are queued'],
    [
      ['hub', '--port', 'web'],
      '"port" must be a whole number from 0 to 65535, but the flag --port says "web".',
    ],
  ])('leaves with 2 on the wrong usage %j', async (args, hint) => {
    const { exitCode, printed, noted } = await run(args);
    expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: '' });
    expect(noted).toContain(hint);
  });

  it('prints its version', async () => {
    expect(await run(['--version'])).toMatchObject({ exitCode: 0, printed: meshdeckVersion });
  });

  it('prints the JSON schema of the config file', async () => {
    const { exitCode, printed } = await run(['config', 'schema']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ properties: { sensorPort: { default: 1883 } } });
  });

  it('says how to start a hub where none runs', async () => {
    const data = temporaryFolder();
    const { exitCode, noted } = await run(['nodes', 'list', '--data', data]);
    expect(exitCode).toBe(1);
    expect(noted).toBe(
      `meshdeck: No hub is running with the data folder ${data}. Start one with "meshdeck hub", or name another with --hub or --data.`,
    );
  });

  it('says the same where a hub was ended and its address is left over', async () => {
    const data = temporaryFolder();
    const url = await serve(() => {});
    const stale = url.replace(/\d+$/, '1');
    writeFileSync(join(data, 'hub-address.json'), JSON.stringify({ url: stale }));
    writeFileSync(join(data, 'token'), 'secret\n');
    expect((await run(['status'], { MESHDECK_DATA: data })).noted).toContain(
      'No hub is running with the data folder',
    );
  });

  it('finds the hub by its data folder and calls with its token', async () => {
    const data = temporaryFolder();
    const url = await serve((request, response) => {
      const welcome = request.headers.authorization === 'Bearer secret' && request.url === '/api/v1/nodes';
      response.writeHead(welcome ? 200 : 401).end('{"nodes":[]}');
    });
    writeFileSync(join(data, 'hub-address.json'), JSON.stringify({ url }));
    writeFileSync(join(data, 'token'), 'secret\n');
    expect(await run(['nodes', 'list', '--json'], { MESHDECK_DATA: data })).toMatchObject({
      exitCode: 0,
      printed: '[]',
    });
  });

  it('asks for the token of a hub elsewhere', async () => {
    const { exitCode, noted } = await run(['status', '--hub', 'http://127.0.0.1:7420']);
    expect(exitCode).toBe(1);
    expect(noted).toContain('set MESHDECK_TOKEN');
  });

  it('says nothing over plain http to another computer, and how to go there instead', async () => {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{"nodes":[]}');
    }).listen(0);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const outward = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal);
    const elsewhere = ['0.0.0.0', 'lab.example.org', 'user@lab.example.org', '127.0.0.1@lab.example.org'];
    elsewhere.push('127.0.0.1.example.org', 'localhost.example.org', '[::ffff:127.0.0.1]');
    for (const host of [...elsewhere, ...outward.map(({ address }) => address)]) {
      const url = `http://${host}:${port}`;
      for (const [args, env] of [
        [['--hub', url], {}],
        [['--hub', url, '--fingerprint', 'ab'.repeat(32)], {}],
        [[], { MESHDECK_HUB: url }],
      ] as const) {
        const { exitCode, noted } = await run(['nodes', 'list', ...args], { MESHDECK_TOKEN: 'x', ...env });
        expect([url, exitCode]).toEqual([url, 1]);
        expect(noted).toContain(`nothing was sent. Use --hub https://${new URL(url).hostname}:7443`);
        expect(noted).toContain('--fingerprint');
      }
    }
    expect(asked).toEqual([]);
    for (const host of ['127.0.0.1', 'localhost', '0x7f.1']) {
      const args = ['nodes', 'list', '--hub', `http://${host}:${port}`];
      expect(await run(args, { MESHDECK_TOKEN: 'x' })).toMatchObject({ exitCode: 0 });
    }
    expect(asked).toEqual(['Bearer x', 'Bearer x', 'Bearer x']);
  });

  it("tells the hub's own sentence and leaves with 1", async () => {
    const url = await serve((_request, response) => {
      const problem = {
        type: 'about:blank',
        title: 'Not found',
        status: 404,
        detail: 'There is no job abc.',
        code: 'not-found',
      };
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    expect(await run(['jobs', 'show', 'abc', '--hub', url], { MESHDECK_TOKEN: 'x' })).toEqual({
      exitCode: 1,
      printed: '',
      noted: 'meshdeck: There is no job abc.',
    });
  });

  it('says when the answer is none it understands', async () => {
    const url = await serve((_request, response) => response.end('{"nodes":[{"id":1}]}'));
    const { exitCode, noted } = await run(['nodes', 'list', '--hub', url], { MESHDECK_TOKEN: 'x' });
    expect(exitCode).toBe(1);
    expect(noted).toContain('is not what this version understands');
  });

  it.each([
    ['nowhere.csv', 'There is no file nowhere.csv; check --input.'],
    ['docs/decisions', 'docs/decisions is a folder without a JPEG or PNG'],
  ])('looks at the input %s before anything is sent', async (input, sentence) => {
    const { exitCode, noted } = await run(['run', 'x.onnx', '--input', input, '--out', 'p.csv']);
    expect(exitCode).toBe(1);
    expect(noted).toContain(sentence);
  });

  it('looks at the output before anything is sent', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.csv'), 'x\n1\n');
    const args = ['run', 'x.onnx', '--input', join(folder, 'a.csv'), '--out', join(folder, 'no/p.csv')];
    const { exitCode, noted } = await run(args);
    expect(exitCode).toBe(1);
    expect(noted).toContain('there is no writable folder');
  });
});
