import * as z from 'zod';
import { sensorIdSchema } from '../ids.js';
import {
  sensorCredentialSchema,
  sensorPatchSchema,
  sensorRequestSchema,
  sensorViewSchema,
} from '../models/sensor.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

const params = z.object({ id: sensorIdSchema });

export const sensors = calls(
  { thing: 'sensors', tag: 'sensors' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/sensors',
      summary: 'Every sensor',
      action: 'sensors.read',
      cost: 'heavy',
      query: z.object(pageQuery),
      answer: z.object({ sensors: z.array(sensorViewSchema), nextCursor }),
    },
    register: {
      method: 'POST',
      path: '/api/v1/sensors',
      summary: 'Registers a sensor; its password is shown only once',
      action: 'sensors.manage',
      body: sensorRequestSchema,
      status: 201,
      answer: sensorCredentialSchema,
    },
    get: {
      method: 'GET',
      path: '/api/v1/sensors/{id}',
      summary: 'One sensor',
      action: 'sensors.read',
      params,
      answer: sensorViewSchema,
    },
    patch: {
      method: 'PATCH',
      path: '/api/v1/sensors/{id}',
      summary: 'Changes what is known of a sensor',
      action: 'sensors.manage',
      params,
      body: sensorPatchSchema,
      answer: sensorViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/sensors/{id}',
      summary: 'Removes a sensor and its readings',
      action: 'sensors.manage',
      params,
    },
    renewCredential: {
      method: 'POST',
      path: '/api/v1/sensors/{id}/credential',
      summary: 'A new password; the old one ends at once',
      action: 'sensors.manage',
      params,
      answer: sensorCredentialSchema,
    },
  },
);
