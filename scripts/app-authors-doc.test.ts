import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appManifestSchema } from '@meshdeck/shared';
import { onPath } from '@meshdeck/testing/programs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { root } from './build/paths.mjs';

const run = promisify(execFile);
const page = readFileSync(join(root, 'docs/app-authors.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language: language ?? '',
  text: text ?? '',
}));
const written = (language: string) => blocks.filter((block) => block.language === language);
const python = onPath('python3');

/** A whole app among the examples, run on this table as a machine runs it; what it wrote. */
async function predictions(command: string, name: string, text: string, table: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-docs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'weights.csv'), table);
  const env = { PATH: process.env['PATH'], MESHDECK_INPUT: join(folder, 'weights.csv') };
  await run(command, [join(folder, name)], { cwd: folder, env: { ...env, MESHDECK_OUTPUT: folder } });
  return readFile(join(folder, 'predictions.csv'), 'utf8');
}
const whole = (language: string) =>
  written(language).find(({ text }) => /MESHDECK_OUTPUT/.test(text) && /MESHDECK_INPUT/.test(text))?.text ??
  '';

describe('the examples of docs/app-authors.md', () => {
  it('hold manifests that a hub takes', () => {
    const manifests = written('json').map(({ text }) => JSON.parse(text) as object);
    expect(manifests.length).toBeGreaterThanOrEqual(2);
    for (const { $schema: _schema, ...manifest } of manifests as { $schema?: string }[])
      expect(appManifestSchema.parse(manifest)).toMatchObject({ name: 'scale' });
  });

  it.skipIf(python === null)('hold Python that Python reads', async () => {
    const check = 'import ast, json, sys\nfor text in json.loads(sys.argv[1]): ast.parse(text)';
    const texts = written('python').map(({ text }) => text);
    expect(texts.length).toBeGreaterThanOrEqual(5);
    await run(python ?? '', ['-c', check, JSON.stringify(texts)]);
  });

  it.skipIf(python === null)('hold a Python app that runs', async () => {
    const result = await predictions(python ?? '', 'app.py', whole('python'), 'id,weight\na,1\nb,3\n');
    expect(result.split(/\r?\n/)).toEqual(['id,weight,z_score', 'a,1,-1.000', 'b,3,1.000', '']);
  });

  it('hold a Node app that runs', async () => {
    const result = await predictions(process.execPath, 'app.mjs', whole('js'), 'id,weight\na,1\nb,30\n');
    expect(result).toBe('id,weight,heavy\na,1,false\nb,30,true\n');
  });

  it.skipIf(process.platform === 'win32')('hold a shell app that runs', async () => {
    const result = await predictions('sh', 'app.sh', whole('sh'), 'id,weight\na,1\nb,3\n');
    expect(result).toBe('id,prediction\na,2\nb,6\n');
  });
});
