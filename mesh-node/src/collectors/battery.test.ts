import { expect, onTestFinished, test } from 'vitest';
import { createBatteryCollector } from './battery.js';
import { createFixtureRoots } from './fixture-roots.js';

async function read(files: Readonly<Record<string, string>>) {
  const roots = createFixtureRoots(files);
  onTestFinished(roots.remove);
  return (await createBatteryCollector({ roots }).collect()).batteryPercent;
}

const mains = { 'sys/class/power_supply/AC/type': 'Mains\n' };
const mouse = {
  'sys/class/power_supply/hid-1/type': 'Battery\n',
  'sys/class/power_supply/hid-1/scope': 'Device\n',
  'sys/class/power_supply/hid-1/capacity': '5\n',
};
const first = {
  'sys/class/power_supply/BAT0/type': 'Battery\n',
  'sys/class/power_supply/BAT0/capacity': '80\n',
  'sys/class/power_supply/BAT0/energy_full': '30000000\n',
};
const second = {
  'sys/class/power_supply/BAT1/type': 'Battery\n',
  'sys/class/power_supply/BAT1/capacity': '20\n',
  'sys/class/power_supply/BAT1/energy_full': '10000000\n',
};

test('reads the machine battery and not the mouse', async () => {
  expect(await read({ ...mains, ...mouse, ...first })).toBe(80);
});

test('weighs two batteries by what they hold', async () => {
  expect(await read({ ...first, ...second })).toBe(65);
});

test('is null on a machine without one', async () => {
  expect(await read(mains)).toBeNull();
  expect(await read({})).toBeNull();
});
