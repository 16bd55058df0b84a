import { findForm, type TableForm } from '@meshdeck/shared/csv';
import { describe, expect, it } from 'vitest';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { partNeeds } from './task-needs.js';

const formOf = (text: string, encoding: BufferEncoding = 'utf8'): TableForm =>
  findForm({
    ...{ head: Buffer.from(text, encoding), tail: new Uint8Array(0), isWhole: true, hasAllRows: true },
  }).form;
const features = (form: TableForm) => partNeeds(storedJob(1, { form })).features;

describe("a job's needs", () => {
  it('are of no certain agent where parts of a plain table are read', () => {
    expect(features(formOf('a;b\n1;2,5\n3;4\n'))).toBeUndefined();
    expect(partNeeds(storedJob(1)).features).toBeUndefined();
  });

  it.each([
    ['has lines above its names', formOf('Sales 2024\n\na;b\n1;2\n3;4\n')],
    ['has no names', formOf('0.5,2.25\n1.5,3.5\n2.5,4.125\n')],
    ['ends its rows with delimiters', formOf('a,b,\n1,2,\n3,4,\n')],
    ['is Windows-1252', formOf('Größe;b\n1;2\n3;4\n', 'latin1')],
    ['is parted by bars', formOf('a|b\n1|2\n3|4\n')],
  ])('are of agents that take its form where a table %s', (_, form) => {
    expect(features(form)).toEqual(['check']);
  });

  it('are of agents that can be told where something was told', () => {
    const options = { ...storedJob(1).options, reading: { header: 2 } };
    expect(partNeeds(storedJob(1, { options })).features).toEqual(['check']);
  });
});
