import { expect, it } from 'vitest';
import { describeSearch } from './search-sentence.js';

const eth0 = { name: 'eth0', address: '10.0.0.5' };
const help = 'name it with --hub HOST, or start this agent with --join and a token from it.';

it.each([
  [
    { hubName: undefined, addresses: [], mdns: [eth0, { name: 'wlan0', address: '10.1.0.5' }] },
    `Looking for a hub by mDNS on eth0 (10.0.0.5) and wlan0 (10.1.0.5). If it is not found, ${help}`,
  ],
  [
    { hubName: 'Lab', addresses: ['10.0.0.1:7421'], mdns: [eth0] },
    `Looking for Lab at 10.0.0.1:7421 and by mDNS on eth0 (10.0.0.5). If it is not found, ${help}`,
  ],
  [
    { hubName: undefined, addresses: ['hub:7421'], mdns: undefined },
    `Looking for the hub at hub:7421. If it is not found, ${help}`,
  ],
  [
    { hubName: undefined, addresses: [], mdns: undefined },
    `There is nowhere to look for a hub: searching the network is off (--no-mdns). To help, ${help}`,
  ],
  [
    { hubName: undefined, addresses: [], mdns: [] },
    `There is nowhere to look for a hub: no network interface to search is up. To help, ${help}`,
  ],
])('says where it looks: %j', (search, sentence) => {
  expect(describeSearch(search)).toBe(sentence);
});
