import type { Page } from 'playwright/test';
import { expect } from './fixtures.js';

/** The chart's picture and the newest values in its legend change `times` while one looks at it. */
export async function expectToMove(page: Page, title: string, times = 2): Promise<void> {
  const chart = page.getByRole('figure', { name: `${title} over time` });
  await expect(chart).toBeVisible();
  await expect(chart.getByText('No readings in this span of time.')).toHaveCount(0);
  const picture = () => chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const values = () => chart.getByRole('listitem').allInnerTexts();
  for (let seen = 0; seen < times; seen += 1) {
    const before = { picture: await picture(), values: await values() };
    // The picture alone would move with the clock.
    await expect.poll(values).not.toEqual(before.values);
    await expect.poll(picture).not.toBe(before.picture);
  }
}
