import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { againSh, installSh } from './install-sh.js';

const script = installSh({
  hubName: 'lab',
  // Nothing listens on port 1.
  baseUrl: 'https://127.0.0.1:1/join/abcd1234.secret',
  pin: `sha256//${'A'.repeat(43)}=`,
  version: '9.9.9',
  agentSha256: 'a'.repeat(64),
  token: 'mdj1_x',
});

interface Ended {
  code: number;
  said: string;
}

/** A machine whose `id` says that its user is number 4242, whoever runs the test. */
async function machine() {
  const home = await mkdtemp(join(tmpdir(), 'meshdeck-line-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const bin = join(home, 'bin');
  await mkdir(bin);
  const put = (name: string, text: string) =>
    writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const paste = (env: Record<string, string | undefined> = {}, text = script): Promise<Ended> =>
    new Promise((resolve) => {
      const usual = {
        HOME: home,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        MESHDECK_NODE: process.execPath,
      };
      execFile('/bin/sh', ['-c', text], { env: { ...usual, ...env } }, (error, _stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stderr }),
      );
    });
  return { home, bin, put, paste };
}

it.skipIf(process.platform === 'win32')(
  'says what is wrong with its places, and touches nothing',
  async () => {
    const { home, put, paste } = await machine();
    await put('id', 'echo 4242');
    const refusals: [Record<string, string | undefined>, RegExp][] = [
      [{ HOME: undefined }, /HOME is not set/],
      [{ HOME: '' }, /HOME is not set/],
      [{ MESHDECK_PREFIX: 'program' }, /from the root on/],
      [{ MESHDECK_NODE_DATA: 'data' }, /from the root on/],
      [{ MESHDECK_PREFIX: `${home}/a\nb` }, /line break/],
      [{ MESHDECK_PREFIX: `${home}/file` }, /file is a file, and a folder belongs there.*MESHDECK_PREFIX/],
      [{ MESHDECK_NODE_DATA: `${home}/file/data` }, /file is a file.*MESHDECK_NODE_DATA/],
      [{ MESHDECK_PREFIX: `${home}/theirs` }, /theirs belongs to another user/],
      [{ MESHDECK_PREFIX: `${home}/dangling` }, /dangling is a file/],
    ];
    await writeFile(join(home, 'file'), '');
    await mkdir(join(home, 'theirs'));
    await symlink('/nowhere/at/all', join(home, 'dangling'));
    const before = (await readdir(home)).sort();
    for (const [env, sentence] of refusals) {
      const { code, said } = await paste(env);
      expect([code, said]).toEqual([1, expect.stringMatching(sentence)]);
    }
    expect((await readdir(home)).sort()).toEqual(before);
    expect(await readdir(join(home, 'theirs'))).toEqual([]);
  },
);

it.skipIf(process.platform === 'win32')(
  'leaves a folder with other files alone, and says when the hub is away',
  async () => {
    const { home, paste } = await machine();
    const own = { MESHDECK_PREFIX: join(home, 'program'), MESHDECK_NODE_DATA: join(home, 'data') };
    const away = await paste(own);
    expect([away.code, away.said]).toEqual([1, expect.stringContaining('the hub went away')]);
    expect(await readdir(home)).toEqual(['bin']);
    await mkdir(join(home, 'program'));
    await writeFile(join(home, 'program/thesis.txt'), '');
    const strange = await paste(own);
    expect([strange.code, strange.said]).toEqual([1, expect.stringContaining('holds other files')]);
  },
);

it.skipIf(process.platform === 'win32')(
  'says which tool or Node.js is missing, and a full disk',
  async () => {
    const { home, bin, put, paste } = await machine();
    const own = { MESHDECK_PREFIX: join(home, 'program'), MESHDECK_NODE_DATA: join(home, 'data') };
    await put('curl', 'exit 23');
    expect((await paste(own)).said).toMatch(/could not be written to .*is that disk full/);
    await put('curl', 'exit 90');
    expect((await paste(own)).said).toContain('Another key answers');
    await put('mktemp', 'exit 1');
    expect((await paste(own)).said).toContain('No temporary folder could be made');
    await put('node-18', '[ "$1" = --version ] && { echo v18.0.0; exit 0; }; exit 1');
    expect((await paste({ ...own, MESHDECK_NODE: join(bin, 'node-18') })).said).toContain(
      'node-18 is v18.0.0',
    );
    await chmod(join(bin, 'curl'), 0o644);
    const without = await paste({ ...own, PATH: bin });
    expect([without.code, without.said]).toEqual([1, expect.stringContaining('curl is needed')]);
    expect((await readdir(home)).sort()).toEqual(['bin']);
  },
);

it.skipIf(process.platform === 'win32')(
  'pasted again where it has done its work, starts the agent there anew',
  async () => {
    const { home, put, paste } = await machine();
    const own = { MESHDECK_PREFIX: join(home, 'program'), MESHDECK_NODE_DATA: join(home, 'data') };
    const text = againSh("This token has been 'used up'.");
    const stranger = await paste(own, text);
    expect([stranger.code, stranger.said]).toEqual([1, "meshdeck: This token has been 'used up'.\n"]);
    await mkdir(join(home, 'program/bin'), { recursive: true });
    await mkdir(join(home, 'data'));
    await writeFile(join(home, 'data/identity.json'), '{}');
    await put('../program/bin/meshdeck-node', 'echo "ran $* with $MESHDECK_NODE_DATA" >&2');
    const known = await paste(own, text);
    expect(known.code).toBe(0);
    expect(known.said).toContain(`ran update --restart with ${join(home, 'data')}`);
  },
);
