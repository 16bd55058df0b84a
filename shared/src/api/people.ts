import * as z from 'zod';
import {
  createdPersonSchema,
  endAccessRequestSchema,
  personLinkSchema,
  personPatchSchema,
  personRequestSchema,
  personViewSchema,
} from '../models/person.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

const params = z.object({ id: z.string().min(1).max(254).describe('Id or e-mail address') });

/** Accounts, as admins look after them. */
export const people = calls(
  { thing: 'people', tag: 'people' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/people',
      summary: 'Everybody with an account',
      action: 'people.read',
      query: z.object(pageQuery),
      answer: z.object({ people: z.array(personViewSchema), nextCursor }),
    },
    create: {
      method: 'POST',
      path: '/api/v1/people',
      summary: 'Makes an account; without a password, with a one-time link to choose one',
      action: 'people.manage',
      body: personRequestSchema,
      status: 201,
      answer: createdPersonSchema,
    },
    get: {
      method: 'GET',
      path: '/api/v1/people/{id}',
      summary: 'One person',
      action: 'people.read',
      params,
      answer: personViewSchema,
    },
    patch: {
      method: 'PATCH',
      path: '/api/v1/people/{id}',
      summary: 'Changes name, role, limits, or lets somebody in no more; counts at once',
      action: 'people.manage',
      params,
      body: personPatchSchema,
      answer: personViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/people/{id}',
      summary: 'Removes an account with its sessions and keys; its jobs stay',
      action: 'people.manage',
      params,
    },
    passwordLink: {
      method: 'POST',
      path: '/api/v1/people/{id}/password-link',
      summary: 'A one-time link by which the person chooses a new password, for a day',
      action: 'people.manage',
      params,
      status: 201,
      answer: personLinkSchema,
    },
    signOut: {
      method: 'POST',
      path: '/api/v1/people/{id}/sign-out',
      summary: 'Ends all of somebody’s access: browsers, links, API keys and invitations',
      action: 'people.manage',
      params,
      body: endAccessRequestSchema.nullish(),
    },
  },
);
