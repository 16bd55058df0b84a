// Writes docs/config.schema.json from the schema the hub checks its configuration with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ensureBuilt } from './build.mjs';
import { root } from './build/paths.mjs';

await ensureBuilt({ quiet: true });
const { hubConfigJsonSchema } = await import('../broker/dist/config/index.js');
const file = join(root, 'docs/config.schema.json');
const options = (await prettier.resolveConfig(file)) ?? {};
writeFileSync(
  file,
  await prettier.format(JSON.stringify(hubConfigJsonSchema()), { ...options, parser: 'json' }),
);
console.log(file);
