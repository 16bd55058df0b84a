import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { columnsOf, openDatabase } from './database.js';

async function open() {
  const dir = await mkdtemp(path.join(tmpdir(), 'meshdeck-database-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return openDatabase({ filePath: path.join(dir, 'series.duckdb'), memoryLimitMB: 128, threads: 2 });
}

test('closing lets what waited before it end, and refuses what comes behind it', async () => {
  const database = await open();
  const filled = database.transaction((connection) =>
    connection.run('CREATE TABLE t AS SELECT range AS a, hash(range) AS b FROM range(300000)'),
  );
  const counted = database.transaction((connection) => columnsOf(connection, 'SELECT count(*)::INT FROM t'));
  const closed = database.close();
  const late = [
    database.transaction((connection) => connection.run('DROP TABLE t')),
    database.checkpoint(),
    database.releaseMemory(),
    database.read((connection) => connection.run('SELECT 1')),
  ];
  const ends = await Promise.allSettled(late);
  await filled;
  expect(await counted).toEqual([[300_000]]);
  await closed;
  expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'ran'))).toEqual(
    Array(late.length).fill('MeshdeckError: The store of readings is being closed; try again in a moment.'),
  );
});

test('a chain of transactions is ended by the closing, however far it has come', async () => {
  for (let time = 0; time < 10; time += 1) {
    const database = await open();
    const chain = (async () => {
      for (;;)
        await database.transaction((connection) => connection.run('SELECT sum(range) FROM range(100000)'));
    })();
    const ended = expect(chain).rejects.toThrow('The store of readings is being closed');
    await database.read((connection) => connection.run('SELECT 1'));
    await database.close();
    await ended;
  }
});
