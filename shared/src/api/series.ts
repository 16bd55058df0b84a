import * as z from 'zod';
import {
  seriesExportQuerySchema,
  seriesInfoSchema,
  seriesPointsSchema,
  seriesQuerySchema,
  seriesSourceSchema,
} from '../models/series.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

export const series = calls(
  { thing: 'series', tag: 'sensors' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/series',
      summary: 'What is measured, and since when',
      action: 'series.read',
      cost: 'query',
      query: z.object({ source: seriesSourceSchema.optional(), ...pageQuery }),
      answer: z.object({ series: z.array(seriesInfoSchema), nextCursor }),
    },
    points: {
      method: 'GET',
      path: '/api/v1/series/points',
      summary: 'Readings of an interval, thinned to what a chart can show',
      action: 'series.read',
      cost: 'query',
      query: seriesQuerySchema,
      answer: z.object({ series: z.array(seriesPointsSchema) }),
    },
    export: {
      method: 'GET',
      path: '/api/v1/series/export',
      summary:
        'Readings of an interval as a file, or of each minute or hour the least, greatest, mean and count',
      action: 'series.export',
      cost: 'export',
      query: seriesExportQuerySchema,
      gives: { mediaType: 'text/csv', description: 'The readings, by time.' },
      head: false,
    },
  },
);
