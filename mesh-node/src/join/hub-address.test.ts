import { expect, it } from 'vitest';
import { formatAddress, parseAddress } from './hub-address.js';

it.each([
  ['hub', 'hub:7421'],
  ['hub:9000', 'hub:9000'],
  ['https://hub', 'hub:7421'],
  ['https://hub/', 'hub:7421'],
  ['https://hub:9000', 'hub:9000'],
  ['https://hub:9000/', 'hub:9000'],
  ['https://hub:443', 'hub:443'],
  ['hub:443', 'hub:443'],
  [' 192.168.1.10 ', '192.168.1.10:7421'],
  ['https://[fe80::1]', '[fe80::1]:7421'],
  ['[::1]:9000', '[::1]:9000'],
])('reads %s as %s', (text, address) => {
  expect(formatAddress(parseAddress(text))).toBe(address);
});

it.each(['', 'ftp://lab', 'http://hub:7421', 'two words', 'hub:port', 'hub:99999', '::1'])(
  'refuses %j, saying how to write one',
  (text) => {
    expect(() => parseAddress(text)).toThrow('such as https://192.168.1.10:7421');
  },
);
