import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView, SensorCredential, SeriesInfo } from '@meshdeck/shared';
import { callHub, listAll, until } from '@meshdeck/testing/mesh';
import { digits } from '@meshdeck/testing/tables';
import { connectAsync } from 'mqtt';
import { expect, test } from './support/fixtures.js';

test.use({ programEnv: { MESHDECK_FAST_PATHS: 'off' } });

test('runs jobs and split jobs and keeps readings with every fast path off', async ({
  folder,
  hub,
  cli,
  joinMachines,
}) => {
  await joinMachines('bench-1', 'bench-2');
  const small = join(folder, 'small.csv');
  const [whole, parts, again] = ['whole', 'parts', 'again'].map((name) => join(folder, `${name}.csv`)) as [
    string,
    string,
    string,
  ];
  const run = async (out: string, ...more: string[]) => {
    const ran = await cli('run', digits.app, '--input', digits.input, '--out', out, ...more);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
  };
  await run(whole);
  await run(parts, '--shards', '7');
  await run(again);
  expect(readFileSync(parts)).toEqual(readFileSync(whole));
  expect(readFileSync(again)).toEqual(readFileSync(whole));
  const lines = readFileSync(digits.input, 'utf8').split('\n');
  writeFileSync(small, `${lines.slice(0, 4).join('\n')}\n`);
  // Side by side, so that machines have several small tables of one model to run.
  const outs = await Promise.all(
    Array.from({ length: 6 }, async (_, at) => {
      const out = join(folder, `small-${at}.csv`);
      const ran = await cli('run', digits.app, '--input', small, '--out', out);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      return readFileSync(out, 'utf8');
    }),
  );
  const expected = readFileSync(whole, 'utf8').split('\n').slice(0, 4);
  for (const out of outs) expect(out.trimEnd().split('\n')).toEqual(expected);
  const jobs = JSON.parse((await cli('jobs', 'list', '--json')).stdout) as JobView[];
  expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => 'succeeded'));
  expect(jobs).toHaveLength(9);

  const { sensor, username, password, brokerUrl } = await callHub<SensorCredential>(hub, '/sensors', {
    method: 'POST',
    json: { name: 'bench' },
  });
  const client = await connectAsync(brokerUrl, { username, password });
  for (let at = 0; at < 20; at += 1) {
    await client.publishAsync(sensor.topic, JSON.stringify({ temperature: at }), { qos: 1 });
  }
  await client.endAsync();
  await until(
    () => listAll<SeriesInfo>(hub, 'series'),
    (series) => series.some(({ source, count }) => source === `sensor:${sensor.id}` && count === 20),
    { what: 'twenty readings to be kept', timeoutMs: 30_000 },
  );
});
