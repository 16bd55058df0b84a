import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

it("installs on GitHub's Linux what suites need here", () => {
  const [, list = ''] = /packages=\(([^)]*)\)/.exec(read('.ci/run')) ?? [];
  const packages = list.split(/\s+/).filter(Boolean);
  expect(packages).toContain('rabbitmq-server');
  const [, installed = ''] =
    /apt-get install ([^\n]*\\\n[^\n]*)/.exec(read('.github/workflows/ci.yml')) ?? [];
  const there = installed.split(/[\s\\]+/);
  // Its runners have a browser.
  expect(packages.filter((name) => name !== 'chromium' && !there.includes(name))).toEqual([]);
});
