import { expect, it } from 'vitest';
import {
  describeNetworkNeed,
  formatNetworkPlace,
  networkNeedSchema,
  parseNetworkPlace,
} from './network-need.js';

it.each([
  ['db.example.org:5432', 'db.example.org', 5432],
  [' DB.Example.ORG:5432 ', 'db.example.org', 5432],
  ['nas:445', 'nas', 445],
  ['192.168.1.20:502', '192.168.1.20', 502],
  ['[2001:db8::7]:443', '2001:db8::7', 443],
  ['_sip.lab.example:5060', '_sip.lab.example', 5060],
])('takes %j for a place', (text, host, port) => {
  expect(parseNetworkPlace(text)).toEqual({ host, port });
  expect(networkNeedSchema.safeParse([text]).success).toBe(true);
  expect(parseNetworkPlace(formatNetworkPlace({ host, port }))).toEqual({ host, port });
});

it.each([
  'example.org',
  'example.org:0',
  'example.org:65536',
  'example.org:http',
  ':443',
  'https://example.org:443',
  'user@example.org:443',
  'example..org:443',
  '-x.org:443',
  '192.168.1:80',
  '0x7f.1:80',
  '2130706433:80',
  '192.168.1.256:80',
  '*.example.org:443',
  '2001:db8::7:443',
  '[gg::1]:443',
  'a b:80',
])('takes %j for none', (text) => {
  expect(parseNetworkPlace(text)).toBeNull();
  expect(networkNeedSchema.safeParse([text]).success).toBe(false);
});

it.each([
  'localhost:80',
  'x.localhost:80',
  '127.0.0.1:7420',
  '127.9.9.9:1',
  '0.0.0.0:80',
  '[::1]:80',
  '[::]:80',
  '[::ffff:127.0.0.1]:80',
])('refuses %j: it is the machine itself', (text) => {
  const parsed = networkNeedSchema.safeParse([text]);
  expect(parsed.success).toBe(false);
  expect(JSON.stringify(parsed.error?.issues)).toMatch(/machine itself|must be host:port/);
});

it('takes true, false and a list that is not empty', () => {
  expect(networkNeedSchema.safeParse(true).success).toBe(true);
  expect(networkNeedSchema.safeParse(false).success).toBe(true);
  expect(networkNeedSchema.safeParse([]).success).toBe(false);
  expect(networkNeedSchema.safeParse(Array.from({ length: 65 }, (_, n) => `h${n}:80`)).success).toBe(false);
});

it('says what is asked for', () => {
  expect(describeNetworkNeed(undefined)).toBeNull();
  expect(describeNetworkNeed(false)).toBeNull();
  expect(describeNetworkNeed(true)).toBe('asks for the internet');
  expect(describeNetworkNeed(['a:1', 'b:2'])).toBe('asks for a:1, b:2');
});
