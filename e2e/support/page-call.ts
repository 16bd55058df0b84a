import { originKeyHeader } from '@meshdeck/shared';
import type { Page } from 'playwright/test';

/** Calls the API as this page would: with its cookie and its origin key. `path` is behind `/api/v1`; a body is POSTed. */
export function callFrom(
  page: Page,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  return page.evaluate(
    async ([header, target, json]) => {
      const answer = await fetch(`/api/v1${target}`, {
        headers: {
          [header]: localStorage.getItem('meshdeck.origin-key') ?? '',
          ...(json !== null && { 'content-type': 'application/json' }),
        },
        ...(json !== null && { method: 'POST', body: json }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    [originKeyHeader, path, body === undefined ? null : JSON.stringify(body)] as const,
  );
}
