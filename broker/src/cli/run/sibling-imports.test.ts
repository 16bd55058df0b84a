import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { packApp } from './pack-app.js';

function script(name: string, code: string, beside: readonly string[] = []): string {
  const folder = temporaryFolder();
  for (const path of beside) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), 'x = 1\n');
  }
  writeFileSync(join(folder, name), code);
  return join(folder, name);
}

it.each([
  ['predict.py', 'import os\nimport features\n', ['features.py'], 'loads features.py'],
  ['predict.py', 'import numpy as np, features as f\n', ['features.py'], 'loads features.py'],
  ['predict.py', 'def f():\n    from .features import scale\n', ['features.py'], 'loads features.py'],
  ['predict.py', 'from lib.scale import x\n', ['lib/scale.py'], 'loads lib'],
  ['run.mjs', "import { x } from './lib/x.mjs';\n", ['lib/x.mjs'], 'loads lib'],
  ['run.sh', '. ./common.sh\n', ['common.sh'], 'loads common.sh'],
  ['fit.R', 'source("helpers.R")\n', ['helpers.R'], 'loads helpers.R'],
  ['fit.jl', 'include("helpers.jl")\n', ['helpers.jl'], 'loads helpers.jl'],
])('does not send %s alone: %j', async (name, code, beside, words) => {
  const sending = packApp(script(name, code, beside));
  await expect(sending).rejects.toThrow(words);
  await expect(sending).rejects.toThrow(`with ${name} called app.`);
});

it.each([
  ['predict.py', 'import os, csv\n# import features\n', ['features.py', 'csv/notes.txt']],
  ['predict.py', 'import predict\nfrom os import path\n', []],
  ['predict.py', 'text = "import features"\n', ['features.py']],
  ['fit.R', 'library(stats)\n', ['stats.R']],
])('sends %s alone that needs nothing beside it: %j', async (name, code, beside) => {
  const packed = await packApp(script(name, code, beside));
  expect(packed?.filename).toBe(name);
  expect(await packed?.body.toArray()).toEqual([Buffer.from(code)]);
});
