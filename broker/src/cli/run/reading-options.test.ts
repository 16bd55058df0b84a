import { Command } from 'commander';
import { expect, it } from 'vitest';
import {
  askedReading,
  requireSomethingToRemember,
  withRememberedReading,
  type ReadingFlags,
} from './reading-options.js';

function parse(...args: string[]): ReadingFlags {
  const command = withRememberedReading(new Command('check').option('--out <file>')).exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  return command.parse(args, { from: 'user' }).opts();
}

it('sends what is said, and nothing where nothing is', () => {
  expect(askedReading(parse())).toBeUndefined();
  expect(
    askedReading(
      parse(
        ...['--header', 'none', '--delimiter', 'tab', '--decimal', ',', '--percent', 'fraction'],
        ...['--map', 'x=b', '--map', 'x=a', '--aside', 'id', '--aside', 'note'],
        ...['--output', 'raw', '--truth', 'y', '--encoding', 'latin1', '--footer', '9', '--out', 'p.csv'],
      ),
    ),
  ).toEqual({
    header: 'none',
    delimiter: '\t',
    decimal: ',',
    percent: 'fraction',
    map: { x: ['b', 'a'] },
    aside: ['id', 'note'],
    output: 'raw',
    truth: 'y',
    encoding: 'iso-8859-1',
    footer: 9,
  });
});

it('takes back all that an app remembers and is not said anew', () => {
  const asked = askedReading(parse('--no-remembered', '--header', '2'));
  expect(asked).toMatchObject({ header: 2, delimiter: null, aside: null, map: null, truth: null });
});

it('keeps --out and --output apart', () => {
  expect(() => parse('--output', 'p.csv')).toThrow('--out p.csv');
});

it('has nothing to remember where nothing is said', () => {
  expect(() => requireSomethingToRemember(parse('--remember'))).toThrow('Say something');
  requireSomethingToRemember(parse('--remember', '--aside', 'id'));
  requireSomethingToRemember(parse('--remember', '--no-remembered'));
});
