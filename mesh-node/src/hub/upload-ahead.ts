import type { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { AttemptId } from '@meshdeck/shared';
import { readText, refusalOf, sendRequest, type HubEndpoint } from './request.js';

interface AheadOptions {
  endpoint: (signal: AbortSignal) => Promise<HubEndpoint>;
  attemptId: AttemptId;
  signal: AbortSignal;
}

async function settled(response: IncomingMessage): Promise<void> {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw await refusalOf(response);
  await readText(response);
}

/** Sends a result whose hash is not known yet, once. @throws Error where it does not work at once */
export async function uploadAhead({
  endpoint,
  attemptId,
  body,
  signal,
}: AheadOptions & { body: Readable }): Promise<void> {
  const response = await sendRequest(await endpoint(signal), {
    method: 'PUT',
    path: `/agent/v1/results/${attemptId}`,
    headers: { 'content-type': 'application/octet-stream' },
    body,
    signal,
  });
  await settled(response);
}

/** What was sent of an attempt's result is the beginning of this file. @throws Error where it does not work at once */
export async function nameAhead({
  endpoint,
  attemptId,
  sha256,
  signal,
}: AheadOptions & { sha256: string }): Promise<void> {
  const response = await sendRequest(await endpoint(signal), {
    method: 'POST',
    path: `/agent/v1/results/${attemptId}?sha256=${sha256}`,
    signal,
  });
  await settled(response);
}
