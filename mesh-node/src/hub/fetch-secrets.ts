import type { AttemptId } from '@meshdeck/shared';
import * as z from 'zod';
import { readText, refusalOf, sendRequest, type HubEndpoint } from './request.js';
import { retryTransfer } from './transfer-retry.js';

const answerSchema = z.object({ values: z.record(z.string(), z.string()) });
/** Fifty secrets of the largest size, each character written out. */
const mostBytes = 16 * 1024 * 1024;

/** @throws MeshdeckError `transfer-failed`, or the hub's refusal */
export function fetchSecrets(options: {
  endpoint: (signal: AbortSignal) => Promise<HubEndpoint>;
  attemptId: AttemptId;
  signal: AbortSignal;
  patienceMs: number;
}): Promise<Record<string, string>> {
  const { attemptId, signal, patienceMs } = options;
  return retryTransfer({
    what: 'The secrets',
    moved: () => 0,
    ...{ patienceMs, signal },
    async attempt() {
      const response = await sendRequest(await options.endpoint(signal), {
        method: 'GET',
        path: `/agent/v1/attempts/${attemptId}/secrets`,
        signal,
      });
      if (response.statusCode !== 200) throw await refusalOf(response);
      return answerSchema.parse(JSON.parse(await readText(response, mostBytes))).values;
    },
  });
}
