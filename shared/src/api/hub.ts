import * as z from 'zod';
import { hubViewSchema, componentStateSchema } from '../models/hub.js';
import { calls } from './call.js';

export const hub = calls(
  { thing: 'hub', tag: 'hub' },
  {
    health: {
      method: 'GET',
      path: '/healthz',
      summary: 'Whether the hub is well',
      action: 'anyone',
      answer: z.object({ status: z.enum(['ok', 'degraded']), services: z.array(componentStateSchema) }),
    },
    metrics: {
      method: 'GET',
      path: '/metrics',
      summary: 'Gauges and counters for Prometheus',
      action: 'hub.watch',
      cost: 'heavy',
      gives: { mediaType: 'text/plain', description: 'Text format 0.0.4.' },
    },
    view: {
      method: 'GET',
      path: '/api/v1/hub',
      summary: 'The hub, its listeners and its services',
      action: 'hub.read',
      answer: hubViewSchema,
    },
    createLink: {
      method: 'POST',
      path: '/api/v1/ui-links',
      summary: 'A link that signs a browser in once, within five minutes',
      description: 'It signs in as whoever asked for it.',
      action: 'links.create',
      owner: 'narrowed',
      status: 201,
      answer: z.object({ url: z.string() }),
    },
  },
);
