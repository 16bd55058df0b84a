import { existsSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { logText, node, python, runOne } from '../testing/run-app.js';
import { writeWheel } from '../testing/write-zip.js';

const resultOf = ({ hub, end }: Awaited<ReturnType<typeof runOne>>) =>
  end.type === 'succeeded' && end.result !== undefined
    ? hub.files.stored.get(end.result.sha256)?.toString()
    : end;

const awkDouble = `#!/bin/bash
set -euo pipefail
echo "@progress 0.5"
{ echo 'id,prediction'; tail -n +2 "$MESHDECK_INPUT" | while IFS=, read -r id value; do echo "$id,$((value * 2))"; done; } >"$MESHDECK_OUTPUT/predictions.csv"
`;

it('runs a shell script', async () => {
  const run = await runOne({ runtime: 'shell', entry: 'app.sh', files: { 'app.sh': awkDouble } });
  expect(resultOf(run)).toBe('id,prediction\n1,20\n2,40\n3,60\n');
  expect(run.end).toMatchObject({ facts: { runtimeVersion: expect.stringMatching(/^Shell /) } });
});

it.skipIf(!existsSync('/usr/bin/Rscript'))('runs an R script (apt install r-base-core)', async () => {
  const code = `
table <- read.csv(Sys.getenv("MESHDECK_INPUT"))
table$prediction <- table$value * 2
write.csv(table[c("id", "prediction")], file.path(Sys.getenv("MESHDECK_OUTPUT"), "predictions.csv"), row.names = FALSE)
`;
  const run = await runOne({ runtime: 'r', entry: 'app.R', files: { 'app.R': code } });
  expect(resultOf(run)).toBe('"id","prediction"\n1,20\n2,40\n3,60\n');
});

const notebook = (...cells: string[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    cells: cells.map((source, index) => ({
      ...{ cell_type: 'code', id: `c${index}`, metadata: {}, outputs: [], execution_count: null },
      source,
    })),
  });

const hasNbclient =
  existsSync('/usr/lib/python3/dist-packages/nbclient') &&
  existsSync('/usr/lib/python3/dist-packages/ipykernel');

it.skipIf(!hasNbclient)(
  'runs a notebook cell by cell (apt install python3-nbclient python3-ipykernel)',
  async () => {
    vi.stubEnv('MESHDECK_PYTHON', '/usr/bin/python3');
    const files = {
      'app.ipynb': notebook(
        'import csv, os\nrows = list(csv.DictReader(open(os.environ["MESHDECK_INPUT"])))',
        'with open(os.environ["MESHDECK_OUTPUT"] + "/predictions.csv", "w") as out:\n    out.write("p\\n" + "".join(f"{int(r[\'value\']) * 2}\\n" for r in rows))',
      ),
    };
    const run = await runOne({ runtime: 'notebook', entry: 'app.ipynb', files });
    vi.unstubAllEnvs();
    expect(resultOf(run)).toBe('p\n20\n40\n60\n');
    expect(run.hub.reports.some(({ type }) => type === 'progress')).toBe(true);
  },
);

it.skipIf(!hasNbclient)('a failing cell fails the run with its own words', async () => {
  vi.stubEnv('MESHDECK_PYTHON', '/usr/bin/python3');
  const files = { 'app.ipynb': notebook('x = 1', 'raise ValueError("no such plate")') };
  const { failure } = await runOne({ runtime: 'notebook', entry: 'app.ipynb', files });
  vi.unstubAllEnvs();
  expect(failure).toMatchObject({ code: 'app-crashed', detail: expect.stringContaining('no such plate') });
});

it('tells a Python app who it is, whatever user it runs as', async () => {
  const code = `
import getpass, os, pwd
print('user', getpass.getuser(), pwd.getpwuid(os.getuid()).pw_name)
open(os.environ['MESHDECK_OUTPUT'] + '/predictions.csv', 'w').write('p\\n1\\n2\\n3\\n')`;
  const { hub, end } = await runOne(python(code));
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain('user job job');
});

it('tells a Node app who it is', async () => {
  const code = `import { userInfo } from 'node:os'; import { writeFileSync } from 'node:fs';
console.log('user', userInfo().username); writeFileSync(process.env.MESHDECK_OUTPUT + '/predictions.csv', 'p\\n1\\n2\\n3\\n');`;
  const { hub, end } = await runOne(node(code));
  expect(end).toMatchObject({ type: 'succeeded' });
  expect(logText(hub)).toContain('user job');
});

it('makes the environment of its packages the active one: their programs are found by name', async () => {
  const wheel = writeWheel('outer', 'def main():\n    print("the tool ran")\n', {
    files: { 'outer-1.0.dist-info/entry_points.txt': '[console_scripts]\nouter-tool = outer:main\n' },
  });
  const code = `
import os, shutil, subprocess, sys
subprocess.run(['outer-tool'], check=True)
print('python', subprocess.run(['python', '-c', 'import outer, sys; print(sys.prefix)'], capture_output=True, text=True, check=True).stdout.strip() == os.environ['VIRTUAL_ENV'] == sys.prefix)
open(os.environ['MESHDECK_OUTPUT'] + '/predictions.csv', 'w').write('p\\n1\\n2\\n3\\n')`;
  const files = { 'requirements.txt': `./${wheel.filename}\n`, [wheel.filename]: wheel.content };
  const { hub, end, failure } = await runOne(python(code, { files }));
  expect(failure).toBeUndefined();
  expect(end.type).toBe('succeeded');
  expect(logText(hub)).toContain('the tool ran');
  expect(logText(hub)).toContain('python True');
});
