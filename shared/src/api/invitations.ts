import * as z from 'zod';
import { createdInvitationSchema, invitationRequestSchema, invitationViewSchema } from '../models/person.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

export const invitations = calls(
  { thing: 'invitations', tag: 'people' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/invitations',
      summary: 'Invitations that are still open',
      action: 'people.read',
      query: z.object(pageQuery),
      answer: z.object({ invitations: z.array(invitationViewSchema), nextCursor }),
    },
    create: {
      method: 'POST',
      path: '/api/v1/invitations',
      summary: 'Invites somebody; the link is shown only once',
      action: 'people.manage',
      body: invitationRequestSchema,
      status: 201,
      answer: createdInvitationSchema,
    },
    withdraw: {
      method: 'DELETE',
      path: '/api/v1/invitations/{id}',
      summary: 'Withdraws an invitation',
      action: 'people.manage',
      params: z.object({ id: z.string().min(1).max(64) }),
    },
  },
);
