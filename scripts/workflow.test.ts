import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const workflow = read('.github/workflows/ci.yml');

it('runs no action but one that its commit names, with its version beside', () => {
  const uses = [...workflow.matchAll(/uses: (.*)/g)].map(([, what = '']) => what);
  expect(uses.length).toBeGreaterThan(5);
  for (const what of uses) expect(what).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

it('tests with every Node that people may have: the oldest allowed, and the two that are looked after', () => {
  const [, versions = ''] = /node: \[(.*)\]/.exec(workflow) ?? [];
  expect(versions.split(', ')).toEqual(['20', '22', '24']);
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  expect(engines.node).toBe('>=20.19');
});

it('fails where a test passed at its second try only', () => {
  const [, test = ''] = /- run: npm test\n((?: {8,}.*\n)*)/.exec(workflow) ?? [];
  expect(test).toContain("MESHDECK_STRICT_FLAKES: '1'");
});

it('asks for the signatures of packages wherever it installs them', () => {
  const jobs = workflow.split(/^ {2}(?=\w+:$)/m).filter((job) => job.includes('run: npm ci'));
  expect(jobs.length).toBeGreaterThan(1);
  for (const job of jobs) expect(job).toContain('run: npm audit signatures');
});

it('gives the right to sign to the job that attests packages, and to no other', () => {
  expect(workflow.match(/id-token: write/g)).toHaveLength(1);
  const [, packages = ''] = workflow.split(/^ {2}packages:$/m);
  expect(packages).toContain('id-token: write');
  expect(packages).toMatch(/if: github.event_name == 'push'\n\s+uses: actions\/attest-build-provenance@/);
});

interface Component {
  group?: string;
  name: string;
  properties?: { name: string; value: string }[];
}

// On Windows npm is no program but a shell's command.
it.skipIf(process.platform === 'win32')(
  'makes a bill of materials that has every package which runs in production',
  () => {
    const [, command = ''] = /run: npm (sbom .*) > release\/meshdeck\.cdx\.json/.exec(workflow) ?? [];
    // What is installed may lag behind the lock file on somebody's computer; the workflow installs by it.
    const args = [...command.split(' '), '--package-lock-only'];
    const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
    const { components } = JSON.parse(text) as { components: Component[] };
    const inProduction = components
      .filter(({ properties = [] }) => !properties.some(({ name }) => name.endsWith(':development')))
      .map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
    const needed = ['shared', 'broker', 'mesh-node', 'desktop'].flatMap((workspace) => {
      const { dependencies = {} } = JSON.parse(read(`${workspace}/package.json`)) as {
        dependencies?: Record<string, string>;
      };
      return Object.keys(dependencies).filter((name) => !name.startsWith('@meshdeck/'));
    });
    expect(needed).toContain('aedes');
    expect(needed.filter((name) => !inProduction.includes(name))).toEqual([]);
  },
);
