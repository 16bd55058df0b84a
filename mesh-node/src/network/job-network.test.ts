import { spawnSync } from 'node:child_process';
import dns from 'node:dns';
import { readdir } from 'node:fs/promises';
import { createServer, isIP } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { canHaveNeighbours, doorsBelow, startNeighbour } from '../testing/neighbour.js';
import { goodPython, logText, node, python, runOne } from '../testing/run-app.js';

const shutIn =
  process.platform === 'linux' &&
  spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const itSandboxed = it.skipIf(!shutIn);
const onCable = it.skipIf(!shutIn || !canHaveNeighbours);

/** What the names lead to, for the agent; jobs ask no one else. */
function nameServer(names: Record<string, string>): void {
  const lookup = vi.spyOn(dns.promises, 'lookup');
  onTestFinished(() => lookup.mockRestore());
  lookup.mockImplementation(((host: string) => {
    const address = names[host] ?? (isIP(host) === 0 ? undefined : host);
    return address === undefined
      ? Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }))
      : Promise.resolve([{ address, family: isIP(address) }]);
  }) as unknown as typeof dns.promises.lookup);
}

/** Says of each place whether it answers, and how. */
const talks = (places: [string, number][]) =>
  python(
    `import socket
for host, port in ${JSON.stringify(places)}:
    try:
        s = socket.create_connection((host, port), 5); s.sendall(b'hi'); got = s.recv(99)
        print('REACHED' if got else 'nothing from', host, port, got)
    except OSError as e: print('refused', host, port, type(e).__name__)
${goodPython}`,
  );
const withAccess = (app: ReturnType<typeof python>, places?: string[]) => ({
  ...app,
  access: { network: true, gpu: false, ...(places === undefined ? {} : { places }) },
});

/** A listener on this machine, on loopback and on every other address of it. */
async function ownListener() {
  let visitors = 0;
  const server = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, visitors: () => visitors };
}

onCable(
  'a job whose app asks for the internet reaches servers of it by name, and nothing of this network',
  async () => {
    const { internet, local, visitors } = await startNeighbour([80, 443, 5432, 9999]);
    nameServer({ 'web.example.org': internet, 'nas.lab': local });
    const { hub, end } = await runOne(
      withAccess(
        talks([
          ['web.example.org', 443],
          ['web.example.org', 5432],
          ['web.example.org', 9999],
          ['nas.lab', 443],
          ['nowhere.example.org', 443],
          [internet, 443],
          [local, 443],
        ]),
      ),
    );
    const log = logText(hub);
    expect(end).toMatchObject({ type: 'succeeded' });
    expect(log).toContain("REACHED web.example.org 443 b'echo 443 hi'");
    expect(log).toContain("REACHED web.example.org 5432 b'echo 5432 hi'");
    expect(log.match(/REACHED/g)).toHaveLength(2);
    expect(log).toMatch(
      /nas\.lab is on this network and not on the internet.*"network": \["nas\.lab:PORT"\]/,
    );
    expect(visitors().sort()).toEqual([443, 5432]);
  },
);

onCable('a job reaches the places its app names, by name and by address, and no other', async () => {
  const { local, local6, visitors } = await startNeighbour([443, 5432, 9999]);
  nameServer({ 'db.lab': local, 'web.example.org': local });
  const { hub, end } = await runOne(
    withAccess(
      talks([
        ['db.lab', 9999],
        ['DB.lab', 5432],
        [local, 9999],
        [local6, 9999],
        [local, 443],
        ['db.lab', 443],
        ['web.example.org', 443],
      ]),
      ['db.lab:9999', 'db.lab:5432', `${local}:9999`, `[${local6}]:9999`],
    ),
  );
  const log = logText(hub);
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(log).toContain("REACHED db.lab 9999 b'echo 9999 hi'");
  expect(log).toContain("REACHED DB.lab 5432 b'echo 5432 hi'");
  expect(log).toContain(`REACHED ${local} 9999 b'echo 9999 hi'`);
  expect(log).toContain(`REACHED ${local6} 9999 b'echo 9999 hi'`);
  expect(log.match(/REACHED/g)).toHaveLength(4);
  expect(visitors().sort()).toEqual([5432, 9999, 9999, 9999]);
});

itSandboxed(
  'a hostile job with network reaches nothing of the machine it runs on, whatever a name leads to',
  async () => {
    const door = await ownListener();
    const { port } = door;
    nameServer({
      'loop.example.org': '127.0.0.1',
      'zero.example.org': '0.0.0.0',
      'cloud.example.org': '169.254.169.254',
    });
    const app = withAccess(
      talks([
        ['127.0.0.1', port],
        ['localhost', port],
        ['loop.example.org', port],
        ['loop.example.org', 443],
        ['zero.example.org', port],
        ['cloud.example.org', 80],
        ['169.254.169.254', 80],
      ]),
      [`loop.example.org:${port}`, `zero.example.org:${port}`, 'cloud.example.org:80', '169.254.169.254:80'],
    );
    for (const each of [
      app,
      withAccess(
        talks([
          ['127.0.0.1', port],
          ['loop.example.org', 443],
        ]),
      ),
    ]) {
      const { hub, end } = await runOne(each);
      expect(end).toMatchObject({ type: 'succeeded' });
      expect(logText(hub)).not.toContain('REACHED');
      expect(logText(hub)).toContain('the machine this job runs on');
    }
    expect(door.visitors()).toBe(0);
  },
);

onCable('connections last, in both directions, to their last byte (Node)', async () => {
  const { local } = await startNeighbour([9999]);
  nameServer({ 'echo.lab': local });
  const { hub, end } = await runOne({
    ...node(`import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
let got = 0;
const socket = connect(9999, 'echo.lab');
const block = Buffer.alloc(100_000, 'x');
for (let i = 0; i < 50; i += 1) { socket.write(block); await new Promise((r) => setTimeout(r, 5)); }
await new Promise((done) => socket.on('data', (b) => { got += b.toString().split('x').length - 1; if (got >= 5_000_000) done(); }));
socket.destroy();
console.log('got', got);
writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n1\\n2\\n3\\n');`),
    access: { network: true, gpu: false, places: ['echo.lab:9999'] },
  });
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain('got 5000000');
});

itSandboxed(
  'a hostile job that asks for names without end is answered within its limits, and its network ends with it',
  async () => {
    nameServer({});
    const { hub, end, dataFolder } = await runOne(
      withAccess(
        python(`import socket
known = 0
for n in range(300):
    try: socket.getaddrinfo(f'{n}.example.org', 443); known += 1
    except OSError: pass
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for junk in [b'', b'x' * 11, b'\\0' * 600, b'\\xff' * 40, b'\\0\\1\\1\\0\\0\\1' + b'\\0' * 6 + b'\\x3f' + b'a' * 20]:
    s.sendto(junk, ('127.0.0.1', 53))
print('known', known)
${goodPython}`),
      ),
    );
    expect(end).toMatchObject({ type: 'succeeded' });
    expect(logText(hub)).toContain('known 0');
    // Doors of the agent's own probe may stand a moment longer.
    await expect.poll(() => doorsBelow(dataFolder), { timeout: 30_000 }).toEqual([]);
    const files = () => readdir(join(dataFolder, 'sandbox', 'doors')).then((names) => names.sort());
    await expect.poll(files).toEqual(['empty', 'hosts', 'resolv.conf']);
  },
);
