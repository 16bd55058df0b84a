import { defineConfig } from 'playwright/test';
// From its source: this file is read before anything is built.
import { findChromium } from '../testing/src/programs/installed.js';

const chromium = findChromium();
const isRoot = process.getuid?.() === 0;
/** A browser that asks nobody on the internet for anything. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  globalSetup: './support/build.ts',
  // Every test has a hub, machines and ports of its own.
  workers: 2,
  // A machine that many share may stall; what passed at its second try only is named at the end.
  retries: process.env.CI === 'true' ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI === 'true',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    launchOptions: {
      ...(chromium === null ? {} : { executablePath: chromium }),
      args: [...(isRoot ? ['--no-sandbox'] : []), ...quiet],
    },
  },
});
