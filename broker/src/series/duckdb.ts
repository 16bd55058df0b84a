import { createRequire } from 'node:module';
import type * as DuckDB from '@duckdb/node-api';

/**
 * Loaded by `require`: to `import` CommonJS, Node first looks through every file of it for names that it exports, which
 * costs the hub's start more than DuckDB itself.
 */
export const { DuckDBInstance, DuckDBDataChunk, BIGINT, DOUBLE, INTEGER } = createRequire(import.meta.url)(
  '@duckdb/node-api',
) as typeof DuckDB;
