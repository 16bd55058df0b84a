import { Readable } from 'node:stream';
import { MeshdeckError, type JobFile } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { JobApi } from '../../jobs/job-api.js';
import { pictureType } from '../../jobs/files/pictures.js';
import { mostPictureBytes } from '../../jobs/files/preview.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import type { OwnerOf } from '../route-access.js';
import { serve } from '../serve.js';
import { zipStream } from '../zip-stream.js';

const nameOf = (path: string) => path.split('/').at(-1) ?? path;

/** What an app wrote is a stranger's: opened by itself it runs nothing, loads nothing, and is of no origin. */
const asStranger = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Types that are told as they are; what else there is goes by as bytes. */
const plainTypes =
  /^(text\/(csv|tab-separated-values|plain)|application\/(json|jsonl|zip|gzip|pdf)|image\/(png|jpeg|gif|webp))$/;
const toldType = (type: string) => (plainTypes.test(type) ? type : 'application/octet-stream');

/** Everything a job wrote: listed, looked at, taken away one by one or together. */
export function jobFileRoutes(
  app: PeopleApp,
  { jobs, owner }: { jobs: Pick<JobApi, 'jobFiles' | 'jobFile' | 'preview' | 'openFile'>; owner: OwnerOf },
): void {
  serve(
    app,
    contract.jobs.files,
    async ({ id, ...query }) => {
      const all = await jobs.jobFiles(id);
      const { page, nextCursor } = pageOf(all.files, query, ({ path }) => path);
      return { ...all, files: page, nextCursor };
    },
    { owner },
  );

  serve(app, contract.jobs.preview, ({ id, path }) => jobs.preview(id, path), { owner });

  async function pictureOf({ path, sha256, bytes, type }: JobFile): Promise<string> {
    const isSmall = bytes > 0 && bytes <= mostPictureBytes;
    const head = isSmall ? await (await jobs.openFile(sha256, { start: 0, end: 1023 })).stream.toArray() : [];
    const found = pictureType(Buffer.concat(head as Buffer[]), type);
    if (found !== null) return found;
    throw new MeshdeckError('invalid-request', `${path} is no picture that can be shown. Download it.`);
  }

  serve(
    app,
    contract.jobs.picture,
    async ({ id, path }, _request, reply) => {
      const file = await jobs.jobFile(id, path);
      const type = await pictureOf(file);
      const { stream, bytes } = await jobs.openFile(file.sha256);
      if (type === 'image/svg+xml') reply.header('content-disposition', attachment(nameOf(path)));
      return reply
        .type(type)
        .header('content-security-policy', asStranger)
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, max-age=3600')
        .header('content-length', bytes)
        .send(stream);
    },
    { owner },
  );

  serve(
    app,
    contract.jobs.file,
    async ({ id, path }, _request, reply) => {
      const file = await jobs.jobFile(id, path);
      const { stream, bytes } = await jobs.openFile(file.sha256);
      return reply
        .type(toldType(file.type))
        .header('content-disposition', attachment(nameOf(path)))
        .header('content-security-policy', asStranger)
        .header('x-content-type-options', 'nosniff')
        .header('content-length', bytes)
        .send(stream);
    },
    { owner },
  );

  serve(
    app,
    contract.jobs.zip,
    async ({ id }, _request, reply) => {
      const { files } = await jobs.jobFiles(id);
      if (files.length === 0) throw new MeshdeckError('not-found', 'The job has made no files.');
      const entries = files.map(({ path, bytes, sha256 }) => ({
        ...{ path, bytes },
        open: async () => (await jobs.openFile(sha256)).stream,
      }));
      return reply
        .type('application/zip')
        .header('content-disposition', attachment(`${id}-files.zip`))
        .send(Readable.from(zipStream(entries, new Date()), { highWaterMark: 4 }));
    },
    { owner },
  );
}
