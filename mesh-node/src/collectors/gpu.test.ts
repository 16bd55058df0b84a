import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createFixtureRoots } from './fixture-roots.js';
import { parseNvidiaSmi } from './gpu-nvidia.js';
import { createGpuCollector } from './gpu.js';

const radeon = {
  'sys/class/drm/card0/device/vendor': '0x1002\n',
  'sys/class/drm/card0/device/device': '0x73bf\n',
  'sys/class/drm/card0/device/gpu_busy_percent': '37\n',
  'sys/class/drm/card0/device/mem_info_vram_used': '1000\n',
  'sys/class/drm/card0/device/mem_info_vram_total': '8000\n',
  'sys/class/drm/card0/device/hwmon/hwmon4/temp1_input': '61000\n',
  'sys/class/drm/card0-DP-1/status': 'connected\n',
  'sys/class/drm/card1/device/vendor': '0x8086\n',
};

/** A fixture machine with an `nvidia-smi` that notes each run in a file. */
function setUp(files: Readonly<Record<string, string>>, script: string | null) {
  const program =
    script === null ? {} : { 'bin/nvidia-smi': `#!/bin/sh\necho run >> "$0.runs"\n${script}\n` };
  const roots = createFixtureRoots({ ...files, ...program, 'bin/x': '' });
  onTestFinished(roots.remove);
  const bin = path.join(path.dirname(roots.proc), 'bin');
  if (script !== null) chmodSync(path.join(bin, 'nvidia-smi'), 0o755);
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void lines.push(line) });
  let nowMs = 0;
  const collector = createGpuCollector({ roots, logger, env: { PATH: bin }, now: () => nowMs });
  return {
    lines,
    collect: () => collector.collect(),
    pass: (ms: number) => void (nowMs += ms),
    runs: () => readFileSync(path.join(bin, 'nvidia-smi.runs'), 'utf8').trim().split('\n').length,
  };
}

test('reads an AMD card and lets the other vendors be', async () => {
  const { collect } = setUp(radeon, null);
  expect((await collect()).gpus).toEqual([
    {
      name: 'AMD GPU 0x73bf',
      utilizationPercent: 37,
      memoryUsedBytes: 1000,
      memoryTotalBytes: 8000,
      temperatureCelsius: 61,
    },
  ]);
});

test('does not wake a sleeping card', async () => {
  const { collect } = setUp(
    { ...radeon, 'sys/class/drm/card0/device/power/runtime_status': 'suspended\n' },
    null,
  );
  const [card] = (await collect()).gpus ?? [];
  expect(card).toMatchObject({ utilizationPercent: null, temperatureCelsius: null });
});

test('has no cards where there are none', async () => {
  const { collect } = setUp({}, null);
  expect(await collect()).toEqual({ gpus: [] });
});

test.skipIf(process.platform === 'win32')(
  'asks nvidia-smi at most every 10 s, beside the AMD card',
  async () => {
    const { collect, pass, runs } = setUp(radeon, 'echo "NVIDIA A2, 12, 345, 15356, 44"');
    const { gpus = [] } = await collect();
    expect(gpus.map((gpu) => gpu.name)).toEqual(['NVIDIA A2', 'AMD GPU 0x73bf']);
    for (let beat = 0; beat < 4; beat += 1) {
      pass(2000);
      await collect();
    }
    expect(runs()).toBe(1);
    pass(2000);
    await collect();
    await expect.poll(runs).toBe(2);
  },
);

test.skipIf(process.platform === 'win32')(
  'says once that a driver is broken and keeps the other cards',
  async () => {
    const { collect, lines } = setUp(radeon, 'echo "has failed" >&2; exit 9');
    await collect();
    expect((await collect()).gpus).toHaveLength(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('graphics cards cannot be read');
  },
);

test('takes what nvidia-smi cannot tell as unknown', () => {
  expect(parseNvidiaSmi('Tesla, odd name, [N/A], 10, 20, [Not Supported]\n\n')).toEqual([
    {
      name: 'Tesla, odd name',
      utilizationPercent: null,
      memoryUsedBytes: 10 * 1024 ** 2,
      memoryTotalBytes: 20 * 1024 ** 2,
      temperatureCelsius: null,
    },
  ]);
});
