import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pngOf, zipOf } from '@meshdeck/testing/pictures';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pictureFile } from '../../../pictures/fixtures/read-fixtures.js';
import { buildRunnerProcess, startTestRunner, temporaryFolder } from '../test-runner.js';
import { modelPath } from './fixtures/run-pictures-here.js';

let built: Awaited<ReturnType<typeof buildRunnerProcess>>;
beforeAll(async () => {
  built = await buildRunnerProcess({ sandboxed: true });
});
afterAll(() => built.remove());

const red = pngOf(4, 4, Array.from({ length: 16 }, () => [255, 0, 0]).flat());
const archive = zipOf([
  { name: 'b.jpg', data: pictureFile('420.jpg'), deflated: true },
  { name: 'a.png', data: red },
]);
const terms = {
  modelPath: modelPath('classes'),
  outputLimitBytes: 1e6,
  timeoutMs: 20_000,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

async function openWith(manifest?: object) {
  const folder = await temporaryFolder();
  const manifestPath = join(folder, 'meshdeck.json');
  if (manifest !== undefined) await writeFile(manifestPath, JSON.stringify(manifest));
  const runner = startTestRunner(built.modulePath);
  return { folder, runner, origin: { inputName: 'größe (2).png', manifestPath } };
}

const pictures = { channels: 'rgb', scale: '1/255', resize: 'cover', labels: ['red', 'green', 'blue'] };

it('gives the same over a file, by message and while the archive arrives', async () => {
  const { runner, folder, origin } = await openWith({ pictures });
  const [inputPath, outputPath] = [join(folder, 'input'), join(folder, 'predictions.csv')];
  await writeFile(inputPath, archive);
  const run = await runner.run({ ...terms, origin, inputPath, outputPath });
  expect(run.rows).toBe(2);
  const text = await readFile(outputPath, 'utf8');
  expect(text).toMatch(
    /^file,prediction,probability_red,probability_green,probability_blue\na\.png,red,.*\nb\.jpg,/,
  );
  const small = await runner.runSmall({ ...terms, origin, table: archive, keepBytes: 1e6 });
  expect(small?.table.toString()).toBe(text);

  const partPath = join(folder, 'part');
  await writeFile(partPath, archive.subarray(0, 100));
  const early = join(folder, 'early');
  await mkdir(early);
  const arriving = { partPath, sizeBytes: archive.length, tail: Buffer.alloc(0) };
  const whole = new Promise<void>((resolve) => setTimeout(resolve, 200)).then(() =>
    writeFile(partPath, archive),
  );
  const outcome = await runner.run({
    ...{ ...terms, origin, inputPath: join(folder, 'nowhere'), outputPath: join(early, 'predictions.csv') },
    arriving: { ...arriving, whole },
  });
  expect(outcome.rows).toBe(2);
  expect(await readFile(join(early, 'predictions.csv'), 'utf8')).toBe(text);
});

it('calls a single picture as its file is called', async () => {
  const { runner, origin } = await openWith({ pictures });
  const run = await runner.runSmall({ ...terms, origin, table: red, keepBytes: 1e6 });
  expect(run?.table.toString().split('\n')[1]).toMatch(/^größe \(2\)\.png,red,/);
});

it('looks at the first pictures, and says with a refusal what it knows', async () => {
  const { runner, origin } = await openWith();
  const many = zipOf(Array.from({ length: 30 }, (_, at) => ({ name: `${at + 10}.png`, data: red })));
  const check = (reading = {}) => runner.check({ ...terms, origin, table: many, complete: true, reading });
  const refused = await check();
  expect(refused).toMatchObject({
    ok: false,
    failure: { code: 'picture-ambiguous' },
    lines: [],
    preview: null,
  });
  expect(refused.reading?.pictures?.facts.map(({ fact }) => fact)).toEqual(['size', 'layout']);
  const well = await check({ pictures: { channels: 'rgb', scale: '1/255' } });
  expect(well).toMatchObject({ ok: true, rows: 20, complete: false });
  expect(well.preview?.rows[0]?.slice(0, 2)).toEqual(['10.png', '0']);
});

it('fails for a broken picture, and takes the next table', async () => {
  const { runner, origin } = await openWith({ pictures });
  const broken = zipOf([{ name: 'x.png', data: red.subarray(0, 40) }]);
  await expect(runner.runSmall({ ...terms, origin, table: broken, keepBytes: 1e6 })).rejects.toMatchObject({
    code: 'picture-invalid',
  });
  const run = await runner.runSmall({ ...terms, origin, table: archive, keepBytes: 1e6 });
  expect(run?.rows).toBe(2);
});
