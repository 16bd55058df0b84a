import { MeshdeckError } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { SeriesStore } from '../../series/types.js';
import { untilClosed } from '../answers.js';
import { attachment } from '../downloads.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';

export interface SeriesRouteDependencies {
  series: Pick<SeriesStore, 'query' | 'listSeries' | 'exportStream'>;
  /** Unit of one series (`°C`, `%`), `''` where it has none or is unknown. */
  unitOf: (source: string, key: string) => string;
}

export function seriesRoutes(app: PeopleApp, { series, unitOf }: SeriesRouteDependencies): void {
  serve(app, contract.series.list, async (asked, _request, reply) => {
    const { source } = asked;
    const found = await series.listSeries({
      ...(source !== undefined && { source }),
      signal: untilClosed(reply),
    });
    const { page, nextCursor } = pageOf(found, asked, (one) => `${one.source} ${one.key}`);
    return {
      series: page.map(({ source, key, count, firstTs, lastTs, readingsFrom, minutesFrom }) => {
        const unit = unitOf(source, key);
        return { source, key, unit, count, firstTs, lastTs, readingsFrom, minutesFrom };
      }),
      nextCursor,
    };
  });

  serve(app, contract.series.points, async (asked, _request, reply) => {
    const slices = await series.query({
      ...{ ...spanOf(asked), maxPoints: asked.maxPoints },
      signal: untilClosed(reply),
    });
    return {
      series: slices.map(({ key, decimated, points, tier, resolutionMs }) => ({
        key,
        unit: unitOf(asked.source, key),
        ...{ decimated, tier, resolutionMs },
        points: points.map(([ts, value]): [number, number] => [ts, value]),
      })),
    };
  });

  serve(app, contract.series.export, async (asked, request, reply) => {
    request.auditTarget = asked.source;
    const signal = untilClosed(reply);
    const file = await series.exportStream({
      ...spanOf(asked),
      format: asked.format,
      tier: asked.tier,
      signal,
    });
    const day = new Date(asked.to).toISOString().slice(0, 10);
    const what = asked.tier === 'readings' ? '' : `-${asked.tier}`;
    const fileName = `${asked.source.replace(':', '-')}-${day}${what}.${asked.format}`;
    return reply
      .type(file.contentType)
      .header('content-disposition', attachment(fileName))
      .header('content-length', file.bytes)
      .send(file.stream);
  });
}

function spanOf(query: { source: string; keys?: string | undefined; from: number; to: number }) {
  if (query.from > query.to) throw new MeshdeckError('invalid-request', '"from" must not be after "to".');
  const span = { source: query.source, fromMs: query.from, toMs: query.to };
  return query.keys === undefined
    ? span
    : { ...span, keys: query.keys.split(',').filter((key) => key !== '') };
}
