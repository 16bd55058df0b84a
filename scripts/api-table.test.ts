import { readFileSync } from 'node:fs';
import * as schemas from '@meshdeck/shared';
import { callTags, everyCall } from '@meshdeck/shared/api';
import { expect, it } from 'vitest';
import { apiTable, withApiTable } from './build/api-table.mjs';

it('is what docs/api.md lists', () => {
  const page = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8');
  // node scripts/api-table.mjs writes it.
  expect(page).toBe(withApiTable(page, apiTable(everyCall, callTags, schemas)));
});
