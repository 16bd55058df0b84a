import { readChunks } from './read-chunks.js';
import { scanRecords, type RecordScan } from './scan-records.js';

/** A shard's result, looked over. */
export interface ShardResult extends RecordScan {
  path: string;
}

/** Reads a shard's result once. @throws MeshdeckError csv-empty, csv-malformed, cancelled. */
export async function inspectResult(
  path: string,
  { delimiter, signal }: { delimiter?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ShardResult> {
  return { path, ...(await scanRecords(readChunks({ path, signal }), delimiter)) };
}
