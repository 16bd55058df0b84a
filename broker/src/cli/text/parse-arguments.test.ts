import { describe, expect, it } from 'vitest';
import {
  collectPairs,
  parseCount,
  parseDurationSeconds,
  parseLabelChange,
  parseMoment,
} from './parse-arguments.js';

const now = Date.UTC(2026, 10, 21, 12);

describe('arguments', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['7d', 604_800],
  ])('reads the duration %s', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each(['', 'h', '-1h', '1.5h', 'soon'])('refuses the duration "%s"', (text) => {
    expect(() => parseDurationSeconds(text)).toThrow('Give a duration');
  });

  it('reads moments as dates, as unix milliseconds and as how long ago', () => {
    expect(parseMoment('2026-11-21T08:00:00Z', now)).toBe(Date.UTC(2026, 10, 21, 8));
    expect(parseMoment('1700000000000', now)).toBe(1_700_000_000_000);
    expect(parseMoment('2h', now)).toBe(now - 7_200_000);
    expect(parseMoment('now', now)).toBe(now);
    expect(() => parseMoment('yesterday-ish', now)).toThrow('Give a moment');
  });

  it('sets and takes away labels', () => {
    expect(parseLabelChange('room=lab=2')).toEqual({ key: 'room', value: 'lab=2' });
    expect(parseLabelChange('room-')).toEqual({ key: 'room', value: null });
    expect(() => parseLabelChange('room')).toThrow('key=value');
  });

  it('gathers pairs that are given again', () => {
    expect(collectPairs('b=2', collectPairs('a=1', undefined))).toEqual({ a: '1', b: '2' });
    expect(() => collectPairs('=2', undefined)).toThrow('key=value');
  });

  it('counts from one', () => {
    expect(parseCount('12')).toBe(12);
    expect(() => parseCount('0')).toThrow('from 1 up');
  });
});
