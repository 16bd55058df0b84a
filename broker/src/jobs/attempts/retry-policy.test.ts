import { describe, expect, it } from 'vitest';
import { afterFailure } from './retry-policy.js';

describe('retry policy', () => {
  it('doubles the wait between failures of machines, up to half a minute', () => {
    const delays = [1, 2, 3, 9].map((count) =>
      afterFailure(
        Array.from({ length: count }, () => 'transfer-failed' as const),
        20,
      ),
    );
    expect(delays).toEqual([
      { retry: true, delayMs: 250 },
      { retry: true, delayMs: 500 },
      { retry: true, delayMs: 1000 },
      { retry: true, delayMs: 30_000 },
    ]);
  });

  it('does not wait when a machine was lost', () => {
    expect(afterFailure(['node-lost'], 3)).toEqual({ retry: true, delayMs: 0 });
  });

  it('does not try wrong input again', () => {
    expect(afterFailure(['csv-malformed'], 3)).toEqual({ retry: false });
    expect(afterFailure(['node-lost', 'model-invalid'], 5)).toEqual({ retry: false });
  });

  it('stops at the attempt limit', () => {
    expect(afterFailure(['transfer-failed', 'transfer-failed'], 2)).toEqual({ retry: false });
    expect(afterFailure(['node-lost'], 1)).toEqual({ retry: false });
  });

  it('does not count lost machines against the job, up to ten of them', () => {
    const lost = (count: number) => Array.from({ length: count }, () => 'node-lost' as const);
    expect(afterFailure(lost(9), 3)).toEqual({ retry: true, delayMs: 0 });
    expect(afterFailure(['transfer-failed', ...lost(9)], 2)).toEqual({ retry: true, delayMs: 0 });
    expect(afterFailure(lost(10), 3)).toEqual({ retry: false });
    expect(afterFailure(['node-refused', ...lost(9)], 3)).toEqual({ retry: false });
    expect(afterFailure(lost(10), 20)).toEqual({ retry: true, delayMs: 0 });
  });

  it('waits a full disk out, longer each time', () => {
    const full = (count: number) => Array.from({ length: count }, () => 'disk-full' as const);
    expect(afterFailure(full(1), 3)).toEqual({ retry: true, delayMs: 250 });
    expect(afterFailure(full(50), 3)).toEqual({ retry: true, delayMs: 30_000 });
    expect(afterFailure(full(100), 3)).toEqual({ retry: false });
  });
});
