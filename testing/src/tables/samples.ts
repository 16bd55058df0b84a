import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../checkout/index.js';

export const digits = {
  app: join(root, 'sample-apps/digits'),
  model: join(root, 'sample-apps/digits/digits.onnx'),
  input: join(root, 'sample-apps/digits/digits-holdout.csv'),
};

/** Lines of a CSV without line breaks inside fields, headings first. */
export const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);

export function writeFile(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A Node app that says how far it is and copies its table after about `seconds`. */
export const slowApp = (seconds: number): string => `
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
const steps = ${Math.ceil(seconds * 5)};
for (let step = 0; step < steps; step += 1) {
  console.log('@progress ' + step / steps);
  await pause(200);
}
console.log('worked by ' + process.pid);
copyFileSync(process.env.MESHDECK_INPUT, join(process.env.MESHDECK_OUTPUT, 'predictions.csv'));
`;
