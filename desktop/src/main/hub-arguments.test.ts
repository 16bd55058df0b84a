import { expect, it } from 'vitest';
import { pickHubArguments } from './hub-arguments.js';

it("picks the hub's options out of the app's command line", () => {
  const argv = ['.', '--no-sandbox', '--data', '/d', '--port=0', 'meshdeck://jobs', '--no-mdns', '--hidden'];
  expect(pickHubArguments(argv)).toEqual(['--data', '/d', '--port=0', '--no-mdns']);
});

it('leaves a missing value for the hub to complain about', () => {
  expect(pickHubArguments(['--port'])).toEqual(['--port']);
});

it('takes a value for a value even when it looks like an option', () => {
  expect(pickHubArguments(['--data', '--port', '--no-mdns'])).toEqual(['--data', '--port', '--no-mdns']);
});
