import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isNamed, loadHubConfig } from './load-hub-config.js';

function configFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'hub.json');
  writeFileSync(path, content);
  return path;
}

describe('hub configuration', () => {
  it('switches fast paths off by name, and refuses a name that there is not', () => {
    const load = (text: string) => loadHubConfig({ flags: {}, env: { MESHDECK_FAST_PATHS: text } }).fastPaths;
    expect([load(''), load('off'), load('late-placements')]).toEqual(['on', 'off', 'late-placements']);
    expect(() => load('warp')).toThrow(
      /"fastPaths" must be on, off, or .* but the environment variable MESHDECK_FAST_PATHS says "warp"/,
    );
  });

  it('lets flags win over the environment, that over the file, that over the defaults', () => {
    const configPath = configFile('{"port": 1, "mqttPort": 1, "sensorPort": 1, "name": "file"}');
    const config = loadHubConfig({
      flags: { port: '3' },
      env: { MESHDECK_PORT: '2', MESHDECK_MQTT_PORT: '2' },
      configPath,
    });
    expect(config).toMatchObject({ port: 3, mqttPort: 2, sensorPort: 1, tlsPort: 7421, name: 'file' });
    expect(config.sources).toMatchObject({
      port: 'flag',
      mqttPort: 'environment',
      sensorPort: 'file',
      tlsPort: 'default',
    });
    expect(isNamed(config, 'port')).toBe(true);
    expect(isNamed(config, 'tlsPort')).toBe(false);
  });

  it('takes the config file from the environment and a data folder relative to it', () => {
    const path = configFile('{"$schema": "x", "dataDir": "kept"}');
    const config = loadHubConfig({ flags: {}, env: { MESHDECK_CONFIG: path } });
    expect(config.dataDir).toBe(join(path, '..', 'kept'));
  });

  it('reads switches as words', () => {
    expect(loadHubConfig({ flags: {}, env: { MESHDECK_MDNS: 'off' } }).mdns).toBe(false);
    expect(loadHubConfig({ flags: { mdns: false }, env: { MESHDECK_MDNS: 'on' } }).mdns).toBe(false);
  });

  it.each([
    [{ port: '70000' }, {}, '"port" must be a whole number from 0 to 65535, but the flag --port says 70000.'],
    [{ port: 'web' }, {}, '"port" must be a whole number from 0 to 65535, but the flag --port says "web".'],
    [
      {},
      { MESHDECK_RETENTION_DAYS: '0' },
      '"retentionDays" must be a whole number of days from 1 to 3650, but the environment variable MESHDECK_RETENTION_DAYS says 0.',
    ],
    [{}, { MESHDECK_MDNS: 'perhaps' }, '"mdns" must be true or false'],
    [{ host: '0.0.0.0' }, {}, '"host" must be a loopback address'],
    [{ logLevel: 'loud' }, {}, '"logLevel" must be one of trace, debug, info'],
  ])('refuses %j %j with a sentence that names the setting and its source', (flags, env, sentence) => {
    expect(() => loadHubConfig({ flags, env })).toThrow(sentence);
  });

  it('never shows a secret, not even a wrong one', () => {
    const attempt = (amqp: string) => () => loadHubConfig({ flags: {}, env: { MESHDECK_AMQP: amqp } });
    expect(attempt('ampq://lab:hunter2@host')).toThrow(
      '"amqp" must be a URL such as amqp://user:password@host:5672/vhost (amqps:// for TLS), but the environment variable MESHDECK_AMQP says something else.',
    );
    expect(attempt('ampq://lab:hunter2@host')).not.toThrow('hunter2');
    expect(attempt('amqps://lab:hunter2@host/lab')()).toMatchObject({ amqp: 'amqps://lab:hunter2@host/lab' });
  });

  it.each([
    ['{"prot": 1}', '"prot" in '],
    ['{"port": "1"}', '"port" must be a whole number from 0 to 65535, but the config file '],
    ['{"mdns": "no"}', '"mdns" must be true or false, but the config file '],
    ['[]', 'must hold one JSON object'],
    ['{', 'is not valid JSON'],
  ])('refuses the file %s', (content, sentence) => {
    const configPath = configFile(content);
    expect(() => loadHubConfig({ flags: {}, env: {}, configPath })).toThrow(sentence);
  });

  it('says which config file is missing', () => {
    const attempt = () => loadHubConfig({ flags: {}, env: {}, configPath: '/nowhere/hub.json' });
    expect(attempt).toThrow('/nowhere/hub.json cannot be read');
  });
});
