import type { JobView, SensorCredential } from '@meshdeck/shared';
import { callHub, type RunningHub } from '@meshdeck/testing/mesh';
import { digits, writeFile } from '@meshdeck/testing/tables';
import { connectAsync } from 'mqtt';
import type { Page } from 'playwright/test';
import type { Route } from '../desktop/src/renderer/router/routes.js';
import { expect, needsChromium, openSignedIn, test } from './support/fixtures.js';

needsChromium();

const sweptApp = `import { writeFileSync } from 'node:fs';
writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n' + process.env.MESHDECK_PARAM_K + '\\n');
`;

const longName = 'the-machine-in-the-far-corner-of-the-second-floor';
/** A theme is colours only: one for each size. */
const screens = [
  { colorScheme: 'light', size: { width: 1280, height: 800 } },
  { colorScheme: 'dark', size: { width: 390, height: 844 } },
] as const;

/** What a page gets wrong at this size: wider than the window, other than one heading, words cut off, bars with no room. */
const flawsOf = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const flaws: string[] = [];
    if (scrollWidth > clientWidth) flaws.push(`is ${scrollWidth} px wide in a window of ${clientWidth}`);
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) flaws.push(`has ${headings} h1`);
    for (const element of document.querySelectorAll<HTMLElement>('h1, h2, h3, button, a.button')) {
      const { overflowX, textOverflow } = getComputedStyle(element);
      const isCut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
      if (isCut && overflowX === 'hidden' && textOverflow !== 'ellipsis')
        flaws.push(`cuts off "${element.innerText.slice(0, 60)}"`);
    }
    for (const track of document.querySelectorAll('.track'))
      if (track.clientWidth < 100) flaws.push(`leaves ${track.clientWidth} px to a track of its timeline`);
    return flaws;
  });

/** How many pixels of the first chart have the colour of `token` in the theme that is shown. */
const pixelsOf = (page: Page, token: string) =>
  page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>('figure.chart canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = `var(${name})`;
    const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
    probe.remove();
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4)
      if (pixels[at] === red && pixels[at + 1] === green && pixels[at + 2] === blue) count += 1;
    return count;
  }, token);

/** Once it has what it asked the hub for. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.locator('h1').first(), url).toBeVisible();
  await expect(page.getByRole('status', { name: 'Loading' }), url).toHaveCount(0);
}

/** What went wrong on the pages shown here, each with where it did. */
function watch(page: Page, isStranger: boolean): string[] {
  const flaws: string[] = [];
  const at = () => new URL(page.url()).pathname;
  page.on('pageerror', (error) => flaws.push(`${at()} ${error.message}`));
  page.on('console', (message) => {
    // The browser's word for an answer that is seen below, with its address.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      flaws.push(`${at()} says ${message.text()}`);
  });
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 400 && !isExpected(status, at(), isStranger))
      flaws.push(`${at()} was answered ${status}: ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Asked for by a page that was left.
    if (reason !== 'net::ERR_ABORTED') flaws.push(`${at()} got no answer (${reason}): ${request.url()}`);
  });
  return flaws;
}

/** A welcome without a link is a page that says so; a stranger is asked to sign in once the hub has refused. */
const isExpected = (status: number, path: string, isStranger: boolean) =>
  (status === 404 && path.includes('/no-such')) ||
  (status === 403 && (path === '/welcome' || path === '/login')) ||
  (status === 401 && isStranger);

async function sensorWithReadings(hub: RunningHub): Promise<SensorCredential['sensor']> {
  const { sensor, username, password, brokerUrl } = await callHub<SensorCredential>(hub, '/sensors', {
    method: 'POST',
    json: { name: 'greenhouse-north-bench-by-the-window' },
  });
  const client = await connectAsync(brokerUrl, { username, password });
  const reading = { 'temperature of the soil at the north end': 21.25, humidity: 0.4 };
  await client.publishAsync(sensor.topic, JSON.stringify(reading), { qos: 1 });
  await client.endAsync();
  return sensor;
}

test('fits what a stranger sees into a window and a phone', async ({ hub, page }) => {
  const flaws = watch(page, true);
  for (const { colorScheme, size } of screens) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    for (const path of [
      '/',
      '/jobs',
      '/register',
      '/welcome',
      '/welcome?invitation=no-such',
      '/login?link=no-such',
      '/nowhere',
    ]) {
      await open(page, new URL(path, hub.ready.url).href);
      for (const flaw of await flawsOf(page)) flaws.push(`${path} (${size.width} px) ${flaw}`);
    }
  }
  expect(flaws).toEqual([]);
});

test('fits every page into a window and a phone, with one heading and no error, and tells what runs have taught', async ({
  hub,
  cli,
  page: ui,
  folder,
  joinMachines,
}) => {
  test.setTimeout(180_000);
  const [machine] = await joinMachines(longName, 'bench-2');
  const out = ['--out', `${folder}/p.csv`];
  expect(await cli('run', digits.app, '--input', digits.input, '--shards', '2', ...out)).toMatchObject({
    code: 0,
  });
  const broken = writeFile(folder, 'broken-app.mjs', 'console.log("so far so good"); process.exit(3);\n');
  const failed = await cli('run', broken, '--input', digits.input, '--json', ...out);
  expect(failed.code, failed.stderr).toBe(1);
  const { jobs } = await callHub<{ jobs: JobView[] }>(hub, '/jobs');
  expect(jobs.map(({ state }) => state).sort()).toEqual(['failed', 'succeeded']);
  const idOf = (state: string) => jobs.find((job) => job.state === state)?.id ?? 'none';
  const sensor = await sensorWithReadings(hub);
  const swept = await cli(
    'run',
    writeFile(folder, 'swept.mjs', sweptApp),
    '--input',
    digits.input,
    '--sweep',
    'k=1,2',
    '--json',
  );
  expect(swept.code, swept.stderr).toBe(0);
  const { id: sweep } = JSON.parse(swept.stdout) as { id: string };

  /** A new page of the router does not compile here until it has its paths. */
  const pathsOf: Record<Route['page'], string[]> = {
    machines: ['/machines'],
    machine: [`/machines/${machine?.nodeId ?? ''}`, '/machines/no-such'],
    run: ['/run', `/run?like=${idOf('succeeded')}`],
    jobs: ['/jobs', '/jobs?state=failed'],
    job: [`/jobs/${idOf('succeeded')}`, `/jobs/${idOf('failed')}`, '/jobs/no-such'],
    'dead-letters': ['/dead-letters'],
    sweep: [`/sweeps/${sweep}`, '/sweeps/no-such'],
    apps: ['/apps', '/apps?app=digits'],
    app: ['/apps/digits', '/apps/no-such'],
    sensors: ['/sensors'],
    sensor: [`/sensors/${sensor.id}`, '/sensors/no-such'],
    settings: ['/settings'],
    people: ['/people'],
    audit: ['/audit'],
    account: ['/account'],
    // Whoever is in already is led on; what others see is above.
    login: [],
    welcome: ['/welcome'],
    register: ['/register'],
    'first-admin': ['/first-admin'],
    'not-found': ['/nowhere/at/all'],
  };

  const flaws = watch(ui, false);
  const { url } = await callHub<{ url: string }>(hub, '/ui-links', { method: 'POST' });
  await openSignedIn(ui, url);
  for (const { colorScheme, size } of screens) {
    await ui.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await ui.setViewportSize(size);
    for (const path of Object.values(pathsOf).flat()) {
      await open(ui, new URL(path, hub.ready.url).href);
      for (const flaw of await flawsOf(ui)) flaws.push(`${path} (${size.width} px) ${flaw}`);
    }
    await open(ui, new URL(`/sensors/${sensor.id}`, hub.ready.url).href);
    await expect.poll(() => pixelsOf(ui, '--line'), { message: 'a grid in its colour' }).toBeGreaterThan(200);
    expect(await pixelsOf(ui, '--series-1'), 'a reading in its colour, and nothing else').toBeLessThan(200);
  }
  expect(flaws).toEqual([]);

  // What the runs have taught is told of the app and of the machine.
  await ui.goto(new URL('/apps?app=digits', hub.ready.url).href);
  const learned = ui.getByRole('row', { name: /^Speed on / });
  await expect(learned.first()).toContainText(/\d/);
  await learned.first().getByRole('link').click();
  await expect(ui.getByRole('row', { name: 'Speed of digits' })).toContainText(/\d/);
});
