// Writes docs/manifest.schema.json from the schema the hub checks app manifests with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ensureBuilt } from './build.mjs';
import { manifestJsonSchema } from './build/manifest-json-schema.mjs';
import { root } from './build/paths.mjs';

await ensureBuilt({ quiet: true });
const { appManifestSchema } = await import('@meshdeck/shared');
const file = join(root, 'docs/manifest.schema.json');
const options = (await prettier.resolveConfig(file)) ?? {};
writeFileSync(
  file,
  await prettier.format(JSON.stringify(manifestJsonSchema(appManifestSchema)), {
    ...options,
    parser: 'json',
  }),
);
console.log(file);
