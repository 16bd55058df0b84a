// Writes the table of calls in docs/api.md from the contract.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { apiTable, withApiTable } from './build/api-table.mjs';
import { root } from './build/paths.mjs';

await ensureBuilt({ quiet: true });
const schemas = await import('@meshdeck/shared');
const { callTags, everyCall } = await import('@meshdeck/shared/api');
const file = join(root, 'docs/api.md');
writeFileSync(file, withApiTable(readFileSync(file, 'utf8'), apiTable(everyCall, callTags, schemas)));
console.log(file);
