import { type ComponentState, assertNever } from '@meshdeck/shared';
import type { Status } from '../../labels/status.js';

export function componentStatus(state: ComponentState['state']): Status {
  switch (state) {
    case 'running':
      return { tone: 'good', icon: 'check', label: 'Running' };
    case 'degraded':
      return { tone: 'attention', icon: 'clock', label: 'Degraded' };
    case 'stopped':
      return { tone: 'bad', icon: 'cross', label: 'Stopped' };
    default:
      return assertNever(state);
  }
}
