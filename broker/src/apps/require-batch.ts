import { MeshdeckError } from '@meshdeck/shared';
import type { ResolvedApp } from './app-repository.js';

/** @throws MeshdeckError `app-invalid` for an app that runs on no table */
export function requireBatch({ name, manifest: { kind } }: ResolvedApp): void {
  if (kind === 'batch') return;
  throw new MeshdeckError('app-invalid', `${name} is a ${kind} app; only batch apps run on a table.`);
}
