import { expect, it } from 'vitest';
import { logText, node, python, runOne } from '../testing/run-app.js';

const values = { threshold: 0.5, 'learning-rate': -1, mode: 'two\nlines "quoted" ä', verbose: true };
const params = { values, arguments: ['--threshold', '0.5', '--learning-rate=-1', '--verbose'] };

const tells = `
import json, os, sys
print('args', json.dumps(sys.argv[1:]))
print('file', json.dumps(json.load(open(os.environ['MESHDECK_PARAMS']))))
print('env', json.dumps({k: v for k, v in sorted(os.environ.items()) if k.startswith('MESHDECK_PARAM_')}))
open(os.path.join(os.environ['MESHDECK_OUTPUT'], 'predictions.csv'), 'w').write('a\\n1\\n')
`;
const told = (log: string, what: string): unknown =>
  JSON.parse(new RegExp(`^${what} (.*)$`, 'm').exec(log)?.[1] ?? 'null');

it('hands a script its parameters as arguments, as a JSON file and in its environment', async () => {
  const { hub, end } = await runOne(python(tells, { params }));
  expect(end).toMatchObject({ type: 'succeeded' });
  const log = logText(hub);
  expect(told(log, 'args')).toEqual(params.arguments);
  expect(told(log, 'file')).toEqual(values);
  expect(told(log, 'env')).toEqual({
    MESHDECK_PARAM_LEARNING_RATE: '-1',
    MESHDECK_PARAM_MODE: values.mode,
    MESHDECK_PARAM_THRESHOLD: '0.5',
    MESHDECK_PARAM_VERBOSE: 'true',
  });
});

it('has an empty file of parameters for a script that was given none', async () => {
  const { hub } = await runOne(python(tells));
  expect(told(logText(hub), 'args')).toEqual([]);
  expect(told(logText(hub), 'file')).toEqual({});
});

it('hands them to a Node script, whose own parser reads them', async () => {
  const { hub, end } = await runOne(
    node(
      `import { parseArgs } from 'node:util'; import { writeFileSync } from 'node:fs';
       const { values } = parseArgs({ options: { threshold: { type: 'string' }, 'learning-rate': { type: 'string' }, verbose: { type: 'boolean' } } });
       console.log('args', JSON.stringify(values));
       writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'a\\n1\\n');`,
      { params },
    ),
  );
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(told(logText(hub), 'args')).toEqual({ threshold: '0.5', 'learning-rate': '-1', verbose: true });
});

it("leaves a script's own argparse in peace, flags and negative numbers too", async () => {
  const code = `
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--threshold', type=float)
parser.add_argument('--learning-rate', type=float)
parser.add_argument('--verbose', action='store_true')
given = parser.parse_args()
assert (given.threshold, given.learning_rate, given.verbose) == (0.5, -1.0, True), given
${tells}`;
  expect((await runOne(python(code, { params }))).end).toMatchObject({ type: 'succeeded' });
});
