import { usualTierDays, type SeriesSettings as Settings } from '@meshdeck/shared';
import { screen, waitFor } from '@testing-library/dom';
import { beforeEach, expect, it } from 'vitest';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import SeriesSettings from './SeriesSettings.svelte';

const [read, change] = ['GET /api/v1/settings/series', 'PATCH /api/v1/settings/series'];
const settings = (over: Partial<Settings> = {}): Settings => ({
  tiers: { machines: { ...usualTierDays.machines }, sensors: { ...usualTierDays.sensors } },
  ...{ readingsFixed: null, budgetBytes: null, usage: null },
  ...over,
});
const field = (name: string) => screen.findByLabelText<HTMLInputElement>(name);

beforeEach(() => {
  signIn();
});

it('saves what was changed, and warns before anything is deleted sooner', async () => {
  const calls = answerCalls({
    [read]: () => settings(),
    [change]: ({ body }) => settings({ budgetBytes: (body as Settings).budgetBytes }),
  });
  render(SeriesSettings, {});
  user.type(await field('Machines: readings, days'), '3');
  expect(screen.getByText(/cannot be had back/)).toBeTruthy();
  user.type(await field('Disk budget, GB'), '1.5');
  user.click(screen.getByRole('button', { name: 'Save days and budget' }));
  user.submit(document.querySelector('form') as HTMLFormElement);
  await waitFor(() => expect(calls.filter(({ method }) => method === 'PATCH').length).toBeGreaterThan(0));
  expect(calls.find(({ method }) => method === 'PATCH')?.body).toMatchObject({
    machines: { readings: 3, minutes: 90 },
    budgetBytes: 1_500_000_000,
  });
});

it('says why days cannot be so, before it is sent', async () => {
  answerCalls({ [read]: () => settings() });
  render(SeriesSettings, {});
  user.type(await field('Sensors: minutes, days'), '10');
  expect(screen.getByRole('alert').textContent).toBe(
    'Sensors: minutes are kept at least as long as readings, so 90 days or more.',
  );
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save days and budget' }).disabled).toBe(true);
});

it('lets those look who may not change it, and keeps what the configuration says', async () => {
  signIn({ rights: { 'settings.change': 'none' } });
  answerCalls({ [read]: () => settings() });
  const { unmount } = render(SeriesSettings, {});
  expect((await field('Disk budget, GB')).disabled).toBe(true);
  expect(screen.queryByRole('button', { name: 'Save days and budget' })).toBeNull();
  unmount();

  signIn();
  answerCalls({ [read]: () => settings({ readingsFixed: 7 }) });
  render(SeriesSettings, {});
  expect((await field('Machines: readings, days')).disabled).toBe(true);
  expect((await field('Machines: minutes, days')).disabled).toBe(false);
});

it('shows what they take, or that it is not measured yet, or what went wrong', async () => {
  answerCalls({ [read]: () => settings() });
  const { unmount } = render(SeriesSettings, {});
  expect(await screen.findByText(/a minute after the hub's start/)).toBeTruthy();
  unmount();

  answerCalls({
    [read]: () =>
      settings({
        usage: {
          ...{ measuredAt: 1, usedBytes: 2048, freeBytes: 0, settlesAtBytes: 2 ** 20 },
          lasts: { bytes: 20e9, days: null },
          budgetDeleted: { readingsBefore: null, minutesBefore: null },
          tiers: [{ tier: 'readings', rows: 3, bytes: 1024, bytesPerRow: null, oldestTs: 1, rowsPerDay: 0 }],
        },
      }),
  });
  const measured = render(SeriesSettings, {});
  expect(await screen.findByText('3 rows, 1.0 KiB')).toBeTruthy();
  expect(screen.getByText(/^20 GB are enough for good/)).toBeTruthy();
  measured.unmount();

  answerCalls({
    [read]: () => {
      throw refusal('internal', 'The store of readings cannot be read.');
    },
  });
  render(SeriesSettings, {});
  expect(await screen.findByText('The store of readings cannot be read.')).toBeTruthy();
  answerCalls({ [read]: () => settings() });
  user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await field('Disk budget, GB')).toBeTruthy();
});
