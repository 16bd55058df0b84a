import { expect, it } from 'vitest';
import { failureLine } from './failure-line.js';

const message = 'The app crashed: it ended with exit code 1. Its last words are below and in the log.';

it('is the last thing that a crashed app said, where it said anything', () => {
  const detail =
    'Traceback (most recent call last):\n  File "app.py", line 3\nValueError: the loss is NaN\n\n';
  expect(failureLine({ code: 'app-crashed', message, detail })).toBe('ValueError: the loss is NaN');
  expect(failureLine({ code: 'app-crashed', message, detail: '\n ' })).toBe(message);
  expect(failureLine({ code: 'app-crashed', message })).toBe(message);
});

it('is the sentence of any other failure', () => {
  const timeout = { code: 'app-timeout' as const, message: 'Its time was up.', detail: 'step 3' };
  expect(failureLine(timeout)).toBe('Its time was up.');
});

it.each([
  [
    'Node',
    "file:///app/swept.mjs:5\nif (k === 4) throw new Error('bad k');\n                   ^\n\nError: bad k\n    at file:///app/swept.mjs:5:20\n    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)\n\nNode.js v20.20.2\n",
    'Error: bad k',
  ],
  [
    'Node, with properties of the error',
    "node:fs:573\nError: ENOENT: no such file or directory, open 'x.json'\n    at open (node:fs:573) {\n  errno: -2,\n  code: 'ENOENT'\n}\n\nNode.js v20.20.2",
    "Error: ENOENT: no such file or directory, open 'x.json'",
  ],
  [
    'Node, with something else thrown',
    "node:internal/process/promises:394\n\nUncaught:\n'no rows'\n(Use `node --trace-uncaught ...` to show where the exception was thrown)\n\nNode.js v20.20.2",
    "'no rows'",
  ],
  [
    'R',
    'reading\nError in f(x) : the loss is NaN\nCalls: f\nExecution halted',
    'Error in f(x) : the loss is NaN',
  ],
  [
    'R, with a long message',
    'Error in read.csv(Sys.getenv("MESHDECK_INPUT")) : \n  no lines available in input\nExecution halted',
    'Error in read.csv(Sys.getenv("MESHDECK_INPUT")) : no lines available in input',
  ],
  [
    'Julia',
    'ERROR: LoadError: no rows\nStacktrace:\n [1] error(s::String)\n   @ Base ./error.jl:35\nin expression starting at /app/app.jl:3',
    'ERROR: LoadError: no rows',
  ],
  ['a shell', 'app.sh: line 3: nosuch: command not found', 'app.sh: line 3: nosuch: command not found'],
])('is the error itself, not what %s prints behind it', (_who, detail, line) => {
  expect(failureLine({ code: 'app-crashed', message, detail })).toBe(line);
});
