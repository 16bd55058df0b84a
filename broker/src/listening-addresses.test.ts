import { describe, expect, it } from 'vitest';
import { loadHubConfig } from './config/index.js';
import { announcedOn, hubAddresses, lanAddress, refuseDeafInterface } from './listening-addresses.js';

const entry = (address: string, internal = false) => ({
  address,
  internal,
  family: address.includes(':') ? 'IPv6' : 'IPv4',
  mac: '00:00:00:00:00:00',
});
const interfaces = {
  lo: [entry('127.0.0.1', true), entry('::1', true)],
  eth0: [entry('10.0.0.5'), entry('fd00::5')],
  eth1: [entry('10.1.0.5')],
  docker0: [entry('172.17.0.1')],
};
const configOf = (flags: Record<string, unknown>) =>
  loadHubConfig({ flags: { dataDir: '/tmp/none', ...flags }, env: {} });

describe('a hub told where to listen', () => {
  it.each([
    [{}, ['10.0.0.5:7421', '10.1.0.5:7421'], undefined],
    [{ lanHost: '0.0.0.0' }, ['10.0.0.5:7421', '10.1.0.5:7421'], undefined],
    [{ interface: 'eth1' }, ['10.1.0.5:7421'], '10.1.0.5'],
    [{ interface: 'eth1', lanHost: '0.0.0.0' }, ['10.1.0.5:7421'], 'eth1'],
    [{ lanHost: '127.0.0.1' }, ['127.0.0.1:7421'], '127.0.0.1'],
    [{ lanHost: '10.1.0.5' }, ['10.1.0.5:7421'], '10.1.0.5'],
    [{ lanHost: '::1' }, ['[::1]:7421'], '::1'],
  ])('says with %j that it is reached at %j', (flags, addresses, announced) => {
    const config = configOf(flags);
    expect(hubAddresses(config, 7421, interfaces)).toEqual(addresses);
    expect(announcedOn(config, interfaces)).toBe(announced);
    // Whatever it tells others, it listens there.
    const bound = lanAddress(config, interfaces);
    if (bound !== '0.0.0.0') for (const address of addresses) expect(address).toContain(bound);
  });

  it('refuses to be found on one interface and to listen on another', () => {
    expect(() =>
      refuseDeafInterface(configOf({ interface: 'eth0', lanHost: '127.0.0.1' }), interfaces),
    ).toThrow('found on eth0 (--interface) and listen on 127.0.0.1 only (--lan-host)');
  });

  it.each([
    { interface: 'eth0' },
    { interface: 'eth0', lanHost: '0.0.0.0' },
    { interface: 'eth0', lanHost: '10.0.0.5' },
    { interface: '10.0.0.5', lanHost: 'fd00::5' },
    { interface: '127.0.0.1', lanHost: '127.0.0.1' },
    { interface: 'lo', lanHost: '127.0.0.2' },
    { lanHost: '127.0.0.1' },
  ])('takes %j', (flags) => {
    expect(() => refuseDeafInterface(configOf(flags), interfaces)).not.toThrow();
  });
});
