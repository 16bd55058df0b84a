import type { SensorCredential } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { publishCommand } from './publish-command.js';
import { sensorStatus } from './sensor-status.js';

const credential = (over: Partial<SensorCredential>): SensorCredential => ({
  username: 'hall-2',
  password: 'aB3-x_',
  brokerUrl: 'mqtt://192.168.1.10:1884',
  sensor: { units: { humidity: '%' }, topic: 'meshdeck/v1/sensors/hall-2/readings' } as never,
  ...over,
});

it('writes a line that can be pasted', () => {
  expect(publishCommand(credential({}))).toBe(
    `mosquitto_pub -h 192.168.1.10 -p 1884 -u hall-2 -P aB3-x_ -t meshdeck/v1/sensors/hall-2/readings -m '{"humidity":21.5}'`,
  );
});

it('quotes what a shell would take apart', () => {
  expect(publishCommand(credential({ password: `a'b $c` }))).toContain(String.raw`-P 'a'\''b $c'`);
});

it('says whether a sensor speaks', () => {
  expect(sensorStatus({ connected: false, lastReadingAt: 1000 }, 5000).label).toBe('Sending');
  expect(sensorStatus({ connected: true, lastReadingAt: 1000 }, 500_000).label).toBe('Quiet');
  expect(sensorStatus({ connected: false, lastReadingAt: 1000 }, 500_000).label).toBe('Away');
  expect(sensorStatus({ connected: false, lastReadingAt: null }, 1).label).toBe('Not heard yet');
});
