import * as z from 'zod';
import { auditPageSchema, auditPlacePattern, auditQuerySchema } from '../models/audit.js';
import { calls } from './call.js';

export const audit = calls(
  { thing: 'audit', tag: 'people' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/audit',
      summary: 'Who did what to what, newest first',
      action: 'audit.read',
      cost: 'heavy',
      query: auditQuerySchema.extend({
        limit: z.coerce.number().int().min(1).max(500).default(100),
        before: z.string().regex(auditPlacePattern, 'must be the nextBefore of a page').optional(),
      }),
      answer: auditPageSchema,
    },
    export: {
      method: 'GET',
      path: '/api/v1/audit/export',
      summary: 'The same as a file, oldest first: CSV, or JSON lines',
      action: 'audit.export',
      cost: 'export',
      query: auditQuerySchema.extend({ format: z.enum(['csv', 'json']).default('csv') }),
      gives: { mediaType: 'text/csv', description: 'The entries.' },
      head: false,
    },
  },
);
