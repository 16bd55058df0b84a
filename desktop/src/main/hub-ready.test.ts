import { describe, expect, it } from 'vitest';
import { parseHubLine } from './hub-ready.js';

const ready = {
  event: 'ready',
  url: 'http://127.0.0.1:7420',
  tls: 'https://lab:7421',
  mqtt: 'mqtts://lab:8883',
  sensors: 'mqtt://lab:1883',
  fingerprint: 'ab',
};
const parse = (value: unknown) => parseHubLine(JSON.stringify(value));

describe('the ready line', () => {
  it('is taken with and without a sign-in link', () => {
    expect(parse(ready)).toMatchObject({ kind: 'ready' });
    const uiLink = 'http://127.0.0.1:7420/login?link=x';
    expect(parse({ ...ready, uiLink })).toMatchObject({ kind: 'ready', ready: { uiLink } });
    for (const url of ['http://[::1]:7420', 'http://localhost:7420', 'http://127.0.0.2:7420']) {
      expect(parse({ ...ready, url })).toMatchObject({ kind: 'ready' });
    }
  });

  it.each([
    { ...ready, url: 'http://192.0.2.7:7420' },
    { ...ready, url: 'https://127.0.0.1:7420' },
    { ...ready, url: 'http://127.0.0.1.example.org' },
    { ...ready, url: 'javascript:1' },
    { ...ready, uiLink: 'http://127.0.0.1:7421/login?link=x' },
    { ...ready, uiLink: 'http://example.org/' },
    { event: 'ready' },
  ])('is refused when it leads elsewhere or is half: %j', (value) => {
    expect(parse(value).kind).toBe('malformed');
  });

  it.each(['', 'listening', '{"event":"waiting"}', 'null', '[]', '"ready"'])('is not: %s', (line) => {
    expect(parseHubLine(line).kind).toBe('noise');
  });
});
