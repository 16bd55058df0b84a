import type { Page } from 'playwright/test';
import { expect } from './fixtures.js';

/** The chart's picture changes `times` while one looks at it, and it is no empty chart. */
export async function expectToMove(page: Page, title: string, times = 2): Promise<void> {
  const chart = page.getByRole('figure', { name: `${title} over time` });
  await expect(chart).toBeVisible();
  await expect(chart.getByText('No readings in this span of time.')).toHaveCount(0);
  const picture = () => chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  for (let seen = 0; seen < times; seen += 1) {
    const before = await picture();
    await expect.poll(picture).not.toBe(before);
  }
}
