import {
  MeshdeckError,
  seriesExportQuerySchema,
  seriesInfoSchema,
  seriesPointsSchema,
  seriesQuerySchema,
  seriesSourceSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { fileAnswer, problems, untilClosed } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';

export function seriesRoutes(app: PeopleApp, services: Pick<HubServices, 'series' | 'unitOf'>): void {
  const { series, unitOf } = services;
  const tags = ['sensors'];

  app.get(
    '/api/v1/series',
    {
      config: allow('series.read', { cost: 'query' }),
      schema: {
        tags,
        summary: 'What is measured, and since when',
        querystring: z.object({ source: seriesSourceSchema.optional(), ...pageQuery }),
        response: { 200: z.object({ series: z.array(seriesInfoSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }, reply) => {
      const { source } = query;
      const found = await series.listSeries({
        ...(source !== undefined && { source }),
        signal: untilClosed(reply),
      });
      const { page, nextCursor } = pageOf(found, query, (one) => `${one.source} ${one.key}`);
      return {
        series: page.map(({ source, key, count, firstTs, lastTs }) => {
          return { source, key, unit: unitOf(source, key), count, firstTs, lastTs };
        }),
        nextCursor,
      };
    },
  );

  app.get(
    '/api/v1/series/points',
    {
      config: allow('series.read', { cost: 'query' }),
      schema: {
        tags,
        summary: 'Readings of an interval, thinned to what a chart can show',
        querystring: seriesQuerySchema,
        response: { 200: z.object({ series: z.array(seriesPointsSchema) }), ...problems },
      },
    },
    async ({ query }, reply) => {
      const slices = await series.query({
        ...{ ...spanOf(query), maxPoints: query.maxPoints },
        signal: untilClosed(reply),
      });
      return {
        series: slices.map(({ key, decimated, points }) => ({
          key,
          unit: unitOf(query.source, key),
          decimated,
          points: points.map(([ts, value]): [number, number] => [ts, value]),
        })),
      };
    },
  );

  app.get(
    '/api/v1/series/export',
    {
      config: allow('series.export', { cost: 'export' }),
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'Every reading of an interval as a file',
        querystring: seriesExportQuerySchema,
        response: { 200: fileAnswer('The readings, by time.', 'text/csv'), ...problems },
      },
    },
    async (request, reply) => {
      const { query } = request;
      request.auditTarget = query.source;
      const signal = untilClosed(reply);
      const file = await series.exportStream({ ...spanOf(query), format: query.format, signal });
      const day = new Date(query.to).toISOString().slice(0, 10);
      reply
        .type(file.contentType)
        .header('content-disposition', attachment(`${query.source.replace(':', '-')}-${day}.${query.format}`))
        .header('content-length', file.bytes);
      return reply.send(file.stream);
    },
  );
}

function spanOf(query: { source: string; keys?: string | undefined; from: number; to: number }) {
  if (query.from > query.to) throw new MeshdeckError('invalid-request', '"from" must not be after "to".');
  const span = { source: query.source, fromMs: query.from, toMs: query.to };
  return query.keys === undefined
    ? span
    : { ...span, keys: query.keys.split(',').filter((key) => key !== '') };
}
