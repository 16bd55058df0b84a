import { describe, expect, it } from 'vitest';
import { formatMeasured, formatScore, plural } from './numbers.js';

describe('numbers', () => {
  it('shows scores to the digits that matter', () => {
    expect([0, 0.0321, 9.637, 12.44, 104.4].map(formatScore)).toEqual(['0', '0.03', '9.64', '12.4', '104']);
  });

  it('says the unit of a measured value', () => {
    expect(formatMeasured(1536, 'bytes')).toBe('1.5 KiB');
    expect(formatMeasured(1536, 'bytes/s')).toBe('1.5 KiB/s');
    expect(formatMeasured(21.5, '°C')).toBe('21.5 °C');
    expect(formatMeasured(0.25, '')).toBe('0.25');
    expect(formatMeasured(2, 'V')).toBe('2 V');
    expect(formatMeasured(10, '%')).toBe('10 %');
  });

  it('counts in words', () => {
    expect(plural(1, 'machine')).toBe('1 machine');
    expect(plural(0, 'machine')).toBe('0 machines');
  });
});
