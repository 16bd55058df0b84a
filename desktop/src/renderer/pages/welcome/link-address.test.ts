import { expect, it } from 'vitest';
import { readLinkAddress } from './link-address.js';

it('reads the code and the place to go on to', () => {
  expect(readLinkAddress('?link=aB3_x-9&to=%2Fjobs%2F1%3Fq%3D2')).toEqual({
    code: 'aB3_x-9',
    to: '/jobs/1?q=2',
  });
  expect(readLinkAddress('')).toEqual({ code: '', to: '/' });
});

it.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/\r\nx',
  'jobs',
])('leads nobody from a link to another place: %j', (to) => {
  expect(readLinkAddress(`?link=x&to=${encodeURIComponent(to)}`).to).toBe('/');
});
