import { describe, expect, it } from 'vitest';
import { judgeNavigation } from './navigation.js';
import { shellStatusPage } from './shell-page-address.js';
import { isTrustedSender } from './trusted-sender.js';

const hubUrl = 'http://127.0.0.1:7420';

describe('navigation', () => {
  it.each([`${hubUrl}/#/jobs`, `${hubUrl}/login?link=x`, shellStatusPage])('stays at home: %s', (address) => {
    expect(judgeNavigation(address, hubUrl)).toBe('allow');
  });

  it.each(['https://onnx.ai/docs', 'https://127.0.0.1:7420/'])(
    'leaves the web to the browser: %s',
    (address) => {
      expect(judgeNavigation(address, hubUrl)).toBe('open-in-browser');
    },
  );

  it.each([
    'http://127.0.0.1:7421/',
    'http://127.0.0.1:7420.example.org/',
    'http://127.0.0.1:7420@example.org/',
    'http://localhost:7420/',
    'http://example.org/',
    'https://user:word@example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,hello',
    'blob:http://127.0.0.1:7420/4c7e',
    'meshdeck-shell://other/status',
    'smb://server/share',
    'ms-settings:',
    `https://example.org/${'x'.repeat(3000)}`,
    'not an address',
    '',
  ])('goes nowhere else: %s', (address) => {
    expect(judgeNavigation(address, hubUrl)).toBe('deny');
  });

  it('knows no hub before one serves', () => {
    expect(judgeNavigation(hubUrl, undefined)).toBe('deny');
    expect(judgeNavigation(shellStatusPage, undefined)).toBe('allow');
  });
});

describe('a caller over IPC', () => {
  it('is trusted as the top frame of our own pages', () => {
    expect(isTrustedSender({ senderFrame: { url: `${hubUrl}/#/`, parent: null } }, hubUrl)).toBe(true);
    expect(isTrustedSender({ senderFrame: { url: shellStatusPage, parent: null } }, undefined)).toBe(true);
  });

  it('is refused as a subframe, a stranger, or a frame that is gone', () => {
    expect(isTrustedSender({ senderFrame: { url: hubUrl, parent: {} } }, hubUrl)).toBe(false);
    expect(isTrustedSender({ senderFrame: { url: 'http://127.0.0.1:9/', parent: null } }, hubUrl)).toBe(
      false,
    );
    expect(isTrustedSender({ senderFrame: null }, hubUrl)).toBe(false);
  });
});
