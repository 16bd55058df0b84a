import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import {
  createInterfaceReader,
  readNetworkInterfaces,
  type NetworkInterfaces,
} from './network-interfaces.js';

it('tells what the system tells', () => {
  expect(readNetworkInterfaces()).toEqual(networkInterfaces());
});

it('keeps to the last answer while the system refuses, and to none before the first', () => {
  const lo: NetworkInterfaces = { lo: [] };
  const answers = [null, lo, null, {}];
  const read = createInterfaceReader(() => {
    const answer = answers.shift();
    if (answer == null) throw new Error('A system error occurred: uv_interface_addresses returned EMFILE');
    return answer;
  });
  expect([read(), read(), read(), read(), read()]).toEqual([{}, lo, lo, {}, {}]);
});
