import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { goodPython, logText, python, runOne } from '../testing/run-app.js';

const linux = it.skipIf(process.platform !== 'linux');
const mebibyte = 1024 ** 2;
const limits = { outputBytes: 10 * mebibyte, memoryBytes: 256 * mebibyte, timeSeconds: 40 };

/** Then holds what it has: an honest program would have ended. */
const thenWaits = `
import time
print('holds it', flush=True)
time.sleep(600)`;
const block = `import os, mmap
block = b'x' * 1_000_000
def fill(f, millions):
    for _ in range(millions): f.write(block)
    f.flush()
`;

linux.each([
  [
    'in files it has removed and keeps open',
    `for n in range(30):
    f = open(f'hidden{n}', 'wb'); os.unlink(f'hidden{n}'); fill(f, 20); globals()[f'f{n}'] = f`,
  ],
  [
    'in files it has removed, mapped and closed',
    `for n in range(30):
    f = open(f'hidden{n}', 'w+b'); os.unlink(f'hidden{n}'); fill(f, 20)
    globals()[f'm{n}'] = mmap.mmap(f.fileno(), 0); f.close()`,
  ],
  [
    'in room reserved behind a small size',
    `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for n in range(5):
    f = open(f'reserved{n}', 'wb')
    print('reserved', libc.fallocate(f.fileno(), 1, ctypes.c_long(0), ctypes.c_long(20 << 20)))`,
  ],
  [
    'below folders that no path is long enough for',
    `for _ in range(60):
    os.mkdir('d' * 100); os.chdir('d' * 100)
f = open('big', 'wb'); fill(f, 25)`,
  ],
  ['under names that are no text', `os.mkdir(b'\\xff'); f = open(b'\\xff/\\xfe', 'wb'); fill(f, 25)`],
])('a hostile job cannot pass its disk limit %s', async (_how, code) => {
  const { failure } = await runOne(python(`${block}${code}${thenWaits}`, { limits }));
  expect(failure?.code).toBe('app-output-limit');
});

linux(
  'a hostile job cannot make files and folders without end',
  async () => {
    const { failure, dataFolder } = await runOne(
      python(
        `import os
for d in 'abc':
    os.mkdir(d); open(d + '/0', 'w').close()
    for n in range(1, 45_000): os.link(d + '/0', f'{d}/{n}')
${thenWaits}`,
        { limits },
      ),
    );
    expect(failure?.code).toBe('app-output-limit');
    expect(failure?.message).toContain('100000 files');
    await expect.poll(() => readdir(join(dataFolder, 'attempts')), { timeout: 30_000 }).toEqual([]);
  },
  120_000,
);

linux('a hostile job cannot dig folders inside folders without end', async () => {
  const { failure } = await runOne(
    python(`import os\nfor _ in range(2000):\n    os.mkdir('d'); os.chdir('d')\n${thenWaits}`, { limits }),
  );
  expect(failure?.code).toBe('app-output-limit');
});

linux('a hostile job cannot pass its memory limit in files that only memory holds', async () => {
  const { failure } = await runOne(
    python(
      `${block}
for n in range(6):
    f = os.fdopen(os.memfd_create('hidden'), 'wb'); fill(f, 80); globals()[f'f{n}'] = f
${thenWaits}`,
      { limits: { ...limits, outputBytes: 100 * mebibyte } },
    ),
  );
  expect(failure?.code).toBe('app-memory-limit');
});

linux('memory that an honest job shares between its processes counts no more than it did', async () => {
  const { hub, end } = await runOne(
    python(
      `${block}
f = os.fdopen(os.memfd_create('shared'), 'w+b'); fill(f, 60)
shared = mmap.mmap(f.fileno(), 0)
if os.fork() == 0:
    import time
    sum(shared[::4096]); time.sleep(1.5); os._exit(0)
sum(shared[::4096])
os.wait()
print('shared it')
${goodPython}`,
      { limits: { ...limits, outputBytes: 100 * mebibyte } },
    ),
  );
  expect(logText(hub)).toContain('shared it');
  expect(end).toMatchObject({ type: 'succeeded' });
});

linux('a job may remove a file that it reads, and write again and again within its limit', async () => {
  const { end } = await runOne(
    python(
      `${block}
import time
for n in range(12):
    f = open('again', 'wb'); fill(f, 8); f.close(); os.unlink('again'); time.sleep(0.1)
f = open('kept', 'w+b'); fill(f, 8); os.unlink('kept')
time.sleep(0.8)
${goodPython}`,
      { limits },
    ),
  );
  expect(end).toMatchObject({ type: 'succeeded' });
});
