import type { SensorView } from '@meshdeck/shared';
import type { Status } from '../../labels/status.js';

const quietAfterMs = 60_000;

/** Whether a sensor speaks: sending, connected but quiet, or gone. */
export function sensorStatus(sensor: Pick<SensorView, 'connected' | 'lastReadingAt'>, now: number): Status {
  const fresh = sensor.lastReadingAt !== null && now - sensor.lastReadingAt < quietAfterMs;
  if (fresh) return { tone: 'good', icon: 'dot', label: 'Sending' };
  if (sensor.connected) return { tone: 'attention', icon: 'pause', label: 'Quiet' };
  if (sensor.lastReadingAt === null) return { tone: 'off', icon: 'clock', label: 'Not heard yet' };
  return { tone: 'off', icon: 'unplug', label: 'Away' };
}
