import { expect, onTestFinished, test } from 'vitest';
import { createFixtureRoots } from './fixture-roots.js';
import { createTemperatureCollector } from './temperature.js';

async function read(files: Readonly<Record<string, string>>) {
  const roots = createFixtureRoots(files);
  onTestFinished(roots.remove);
  return (await createTemperatureCollector({ roots }).collect()).cpuTemperatureCelsius;
}

const disk = { 'sys/class/hwmon/hwmon0/name': 'nvme\n', 'sys/class/hwmon/hwmon0/temp1_input': '71850\n' };
const intel = {
  'sys/class/hwmon/hwmon1/name': 'coretemp\n',
  'sys/class/hwmon/hwmon1/temp1_label': 'Package id 0\n',
  'sys/class/hwmon/hwmon1/temp1_input': '54000\n',
  'sys/class/hwmon/hwmon1/temp2_label': 'Core 0\n',
  'sys/class/hwmon/hwmon1/temp2_input': '57000\n',
};
const enclosure = {
  'sys/class/thermal/thermal_zone0/type': 'acpitz\n',
  'sys/class/thermal/thermal_zone0/temp': '27800\n',
};

test('prefers the package to its cores, the enclosure and the disk', async () => {
  expect(await read({ ...disk, ...intel, ...enclosure })).toBe(54);
});

test('takes the hotter of two packages', async () => {
  const second = {
    'sys/class/hwmon/hwmon2/name': 'coretemp\n',
    'sys/class/hwmon/hwmon2/temp1_label': 'Package id 1\n',
    'sys/class/hwmon/hwmon2/temp1_input': '61000\n',
  };
  expect(await read({ ...intel, ...second })).toBe(61);
});

test('falls back to the cores where the package channel is dead', async () => {
  expect(await read({ ...intel, 'sys/class/hwmon/hwmon1/temp1_input': '127500\n' })).toBe(57);
});

test('takes the true die temperature of a Ryzen whose control value is raised', async () => {
  const ryzen = {
    'sys/class/hwmon/hwmon0/name': 'k10temp\n',
    'sys/class/hwmon/hwmon0/temp1_label': 'Tctl\n',
    'sys/class/hwmon/hwmon0/temp1_input': '92000\n',
    'sys/class/hwmon/hwmon0/temp2_label': 'Tdie\n',
    'sys/class/hwmon/hwmon0/temp2_input': '65000\n',
  };
  expect(await read(ryzen)).toBe(65);
});

test('reads a Raspberry Pi', async () => {
  const files = {
    'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
    'sys/class/thermal/thermal_zone0/temp': '48312\n',
  };
  expect(await read(files)).toBe(48.312);
});

test('is null where there is no sensor, or only ones that make no sense', async () => {
  expect(await read({})).toBeNull();
  expect(await read(disk)).toBeNull();
  for (const absurd of ['0', '-274000', '255000', 'n/a']) {
    expect(await read({ ...enclosure, 'sys/class/thermal/thermal_zone0/temp': absurd })).toBeNull();
  }
});

test('is null or plausible on this machine', async () => {
  const { cpuTemperatureCelsius } = await createTemperatureCollector().collect();
  if (cpuTemperatureCelsius === null) return;
  expect(cpuTemperatureCelsius).toBeGreaterThan(0);
  expect(cpuTemperatureCelsius).toBeLessThan(125);
});
