import { Readable } from 'node:stream';
import type { LogMessage } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { JobServices } from '../../jobs/job-api.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import type { OwnerOf } from '../route-access.js';
import { serve } from '../serve.js';

async function* asText(messages: AsyncIterable<LogMessage>): AsyncGenerator<string> {
  for await (const { lines, dropped } of messages) {
    const printed = lines.map(({ text }) => `${text}\n`).join('');
    yield dropped === 0
      ? printed
      : `${printed}(${dropped} lines left out: printed faster than anyone could read)\n`;
  }
}

async function* asJsonLines(messages: AsyncIterable<LogMessage>): AsyncGenerator<string> {
  for await (const message of messages) yield `${JSON.stringify(message)}\n`;
}

/** What jobs print: in pages, and whole as a file that is read as it is sent. */
export function jobLogRoutes(
  app: PeopleApp,
  { jobs, owner }: { jobs: Pick<JobServices, 'logs' | 'allLogs'>; owner: OwnerOf },
): void {
  serve(app, contract.jobs.logs, ({ id, ...query }) => jobs.logs(id, query), { owner });

  serve(
    app,
    contract.jobs.downloadLogs,
    async ({ id, attempt, format }, _request, reply) => {
      const messages = await jobs.allLogs(id, attempt);
      const isText = format === 'text';
      return reply
        .type(isText ? 'text/plain; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', attachment(`${id}-log.${isText ? 'txt' : 'jsonl'}`))
        .send(Readable.from(isText ? asText(messages) : asJsonLines(messages), { highWaterMark: 4 }));
    },
    { owner },
  );
}
