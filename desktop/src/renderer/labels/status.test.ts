import { jobStates } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { jobFilters, jobStatus, matchesJobFilter, nodeStatus } from './status.js';

describe('status', () => {
  const node = {
    membership: 'joined',
    presence: 'active',
    scheduling: 'open',
    clonedIdentity: false,
    benchmarking: false,
  } as const;

  it('says the most pressing thing of a machine', () => {
    expect(nodeStatus(node).label).toBe('Active');
    expect(nodeStatus({ ...node, presence: 'lost', clonedIdentity: true }).label).toBe('Lost');
    expect(nodeStatus({ ...node, clonedIdentity: true, scheduling: 'cordoned' }).label).toBe('Cloned');
    expect(nodeStatus({ ...node, scheduling: 'draining', benchmarking: true }).label).toBe('Draining');
    expect(nodeStatus({ ...node, membership: 'pending', presence: 'lost' }).tone).toBe('attention');
  });

  it('puts every state of a job under exactly one filter besides all', () => {
    for (const state of jobStates) {
      expect(jobFilters.filter((filter) => matchesJobFilter(state, filter))).toHaveLength(2);
      expect(jobStatus(state).label).not.toBe('');
    }
  });
});
