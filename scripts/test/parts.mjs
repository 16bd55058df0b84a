import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../build.mjs';
import { root } from '../build/paths.mjs';
import { addUp, countCheck, countPlaywright, countVitest } from './count.mjs';
import { runAll, runNode } from './run-part.mjs';

const tool = (path) => join(root, 'node_modules', path);
const reports = join(root, 'test-results');

function freshReport(name) {
  mkdirSync(reports, { recursive: true });
  const file = join(reports, name);
  rmSync(file, { force: true });
  return file;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

async function build() {
  try {
    await ensureBuilt({ testing: true });
    return countCheck('build', 0);
  } catch (error) {
    console.log(error.message);
    return countCheck('build', 1);
  }
}

/** Says what is missing beside npm's packages. It asks what the build has just made. */
async function prerequisites() {
  const programs = await import('@meshdeck/testing/programs').catch(() => null);
  if (programs === null) return countCheck('what suites need: testing/ is not built', 1);
  const missing = programs.missingPrerequisites().map(({ name, install, requiredInCi = false }) => {
    const fails = requiredInCi && process.env.CI === 'true';
    console.log(`${fails ? 'FAILED' : 'SKIPPED'}: what needs ${name}, which is not here (${install}).`);
    return fails ? [countCheck(`${name} is missing (${install})`, 1)] : [];
  });
  return addUp(missing.flat());
}

const types = [
  [tool('typescript/bin/tsc'), '-b'],
  ...['desktop/src/preload', 'tsconfig.tests.json', 'e2e', 'bench']
    .filter((project) => existsSync(join(root, project)))
    .map((project) => [tool('typescript/bin/tsc'), '-p', project, '--noEmit']),
  [
    tool('svelte-check/bin/svelte-check'),
    '--tsconfig',
    'desktop/src/renderer/tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ],
];

async function unitTests() {
  const file = freshReport('vitest.json');
  const flakes = freshReport('vitest-flakes.json');
  const reporters = ['default', 'json', join(root, 'scripts/test/flaky-reporter.mjs')];
  const args = [
    tool('vitest/vitest.mjs'),
    'run',
    ...reporters.map((reporter) => `--reporter=${reporter}`),
    `--outputFile.json=${file}`,
  ];
  const exitCode = await runNode(args, { MESHDECK_FLAKES_FILE: flakes });
  const found = readReport(flakes);
  if (found === null) return countCheck('unit tests: no word of second tries', 1);
  return countVitest(readReport(file), exitCode, found);
}

async function endToEnd() {
  const file = freshReport('playwright.json');
  const args = [
    tool('playwright/cli.js'),
    'test',
    '--config',
    'e2e/playwright.config.ts',
    '--reporter=list,json',
  ];
  // What the first part built is what they run.
  const exitCode = await runNode(args, { PLAYWRIGHT_JSON_OUTPUT_FILE: file, MESHDECK_SKIP_BUILD: '1' });
  return countPlaywright(readReport(file), exitCode);
}

/** @param {string} name @param {string[]} args */
const lint = (name, args) => ({
  name,
  run: async () => countCheck(name, await runNode([tool('eslint/bin/eslint.js'), ...args])),
});

const hubFolders = ['broker', 'shared'];

/** Checks that only read: none takes more than one core, and lint takes several times as long as the others, so it is two. */
const checks = [
  lint('lint of hub and contract', hubFolders),
  lint('lint of all else', ['.', ...hubFolders.flatMap((folder) => ['--ignore-pattern', `${folder}/**`])]),
  {
    name: 'format',
    run: async () =>
      countCheck(
        'format',
        await runNode([tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']),
      ),
  },
  {
    name: 'unused code and import cycles',
    run: async () =>
      countCheck(
        'unused code and import cycles',
        await runNode([tool('knip/bin/knip.js'), '--no-config-hints']),
      ),
  },
  { name: 'types', run: async () => countCheck('types', await runAll(types)) },
];

/**
 * Everything `npm test` does: steps one after another, the parts of one beside each other. Each runs to its end whatever
 * the others said.
 */
export const steps = [
  [{ name: 'build', run: build }],
  [{ name: 'what suites need', run: prerequisites }],
  checks,
  [{ name: 'unit and integration tests', run: unitTests }],
  existsSync(join(root, 'e2e/playwright.config.ts')) ? [{ name: 'end-to-end tests', run: endToEnd }] : [],
];
