import { type ComponentState, assertNever } from '@meshdeck/shared';
import type { Status } from '../../words/status.js';

export function serviceStatus(state: ComponentState['state']): Status {
  switch (state) {
    case 'running':
      return { tone: 'good', icon: 'check', word: 'Running' };
    case 'degraded':
      return { tone: 'attention', icon: 'clock', word: 'Degraded' };
    case 'stopped':
      return { tone: 'bad', icon: 'cross', word: 'Stopped' };
    default:
      return assertNever(state);
  }
}
