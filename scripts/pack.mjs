// Makes the packages of the hub and the agent, as `npm install` takes them: release/meshdeck-VERSION.tgz and
// release/meshdeck-node-VERSION.tgz. `--into DIR` puts them elsewhere. Prints one line of JSON for each.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { packPackage } from './build/pack-package.mjs';
import { packages } from './build/packages.mjs';
import { root } from './build/paths.mjs';

const { values } = parseArgs({ options: { into: { type: 'string', default: join(root, 'release') } } });
const into = resolve(values.into);

await ensureBuilt();
await mkdir(into, { recursive: true });
for (const each of packages) console.log(JSON.stringify(await packPackage(each, into)));
