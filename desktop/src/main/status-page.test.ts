import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { chromium, type Page } from 'playwright';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hubStatusSchema, type HubStatus } from './hub-status.js';
import { logoSvg } from './logo.js';
import { answerShellRequest } from './shell-page.js';
import { shellOrigin, shellStatusPage } from './shell-page-address.js';
import { statusPage } from './status-page.js';

const everyStatus: HubStatus[] = [
  { state: 'stopped' },
  { state: 'starting' },
  { state: 'ready', url: 'http://127.0.0.1:7420', fingerprint: 'ab' },
  { state: 'restarting', reason: 'The hub was ended by SIGKILL.', delayMs: 500 },
  { state: 'failed', reason: 'The data folder belongs to a running hub.', lines: ['opening stores'] },
  { state: 'stopping' },
];

const executablePath = [process.env['MESHDECK_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
const isMissing = executablePath === undefined && process.env['CI'] !== 'true';

/** Opens the page in Chromium, with its real headers, at an address that Chromium knows how to ask for. */
async function open(status: HubStatus): Promise<{ page: Page; problems: string[] }> {
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.route('http://shell.test/**', (route) => {
    const address = route.request().url().replace('http://shell.test', shellOrigin);
    return route.fulfill(answerShellRequest(address, status));
  });
  await page.addInitScript(() => {
    const calls: string[] = [];
    const tryHubAgain = () => {
      calls.push('tryHubAgain');
      return Promise.reject(new Error('still starting'));
    };
    Object.assign(globalThis, { calls, meshdeck: { tryHubAgain } });
  });
  await page.goto('http://shell.test/status');
  return { page, problems };
}

describe('the status page', () => {
  it('has words for every state of the hub', () => {
    expect(new Set(everyStatus.map((status) => status.state)).size).toBe(hubStatusSchema.options.length);
    for (const status of everyStatus) {
      expect(statusPage(status)).toMatch(/<h1>[A-Z][\w ]+<\/h1>/);
      expect(statusPage(status)).not.toContain('undefined');
    }
  });

  it('shows what the hub said as text, whatever it said', () => {
    const page = statusPage({ state: 'failed', reason: '<img src=x onerror=1>', lines: ['</pre><script>1'] });
    expect(page).not.toContain('<img');
    expect(page).not.toContain('</pre><script>');
    expect(page).toContain('&lt;img');
  });

  it('answers its own two addresses and no other', () => {
    const status: HubStatus = { state: 'starting' };
    expect(answerShellRequest(shellStatusPage, status).status).toBe(200);
    expect(answerShellRequest(`${shellOrigin}/status.js`, status).status).toBe(200);
    expect(answerShellRequest(`${shellOrigin}/../etc/passwd`, status).status).toBe(404);
  });

  it('bears the logo of the app', async () => {
    const file = await readFile(new URL('../../build/logo.svg', import.meta.url), 'utf8');
    expect(logoSvg).toBe(file.trim());
  });
});

describe.skipIf(isMissing)('the status page in Chromium (apt install chromium)', () => {
  it('lets the person try again, and again when that failed', async () => {
    const { page, problems } = await open({
      state: 'failed',
      reason: 'No room on the disk.',
      lines: ['ENOSPC'],
    });
    const button = page.getByRole('button', { name: 'Try again' });
    await button.click();
    await button.click();
    expect(await page.evaluate('calls')).toEqual(['tryHubAgain', 'tryHubAgain']);
    await page.getByText('What the hub said last').click();
    expect(await page.locator('pre').innerText()).toBe('ENOSPC');
    expect(problems).toEqual([]);
  });

  it('runs no script but its own', async () => {
    const { page, problems } = await open({ state: 'starting' });
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'globalThis.intruder = true';
      document.body.append(script);
    `);
    expect(await page.evaluate('globalThis.intruder')).toBeUndefined();
    expect(problems.join()).toContain('Content Security Policy');
  });
});
