import * as z from 'zod';
import { changePasswordRequestSchema, mePatchSchema, meSchema, sessionViewSchema } from '../models/person.js';
import { calls } from './call.js';

/** Everybody's own account. Nothing here takes an id of a person: it is always the caller's. */
export const account = calls(
  { thing: 'account', tag: 'people' },
  {
    me: {
      method: 'GET',
      path: '/api/v1/me',
      summary: 'Who you are and what you may do',
      description: 'Names every action with how far it reaches for you.',
      action: 'account.read',
      owner: 'narrowed',
      answer: meSchema,
    },
    patch: {
      method: 'PATCH',
      path: '/api/v1/me',
      summary: 'Changes your name',
      action: 'account.change',
      owner: 'narrowed',
      body: mePatchSchema,
      answer: meSchema,
    },
    changePassword: {
      method: 'POST',
      path: '/api/v1/me/password',
      summary: 'Changes your password and ends your other browsers, links, API keys and invitations',
      description: 'API keys, and what you made for others, are kept where that is asked for.',
      action: 'account.change',
      owner: 'narrowed',
      cost: 'password',
      body: changePasswordRequestSchema,
    },
    signOut: {
      method: 'POST',
      path: '/api/v1/sign-out',
      summary: 'Signs this browser out',
      action: 'sessions.end',
      owner: 'narrowed',
    },
    sessions: {
      method: 'GET',
      path: '/api/v1/me/sessions',
      summary: 'The browsers you are signed in with',
      action: 'sessions.read',
      owner: 'narrowed',
      answer: z.object({ sessions: z.array(sessionViewSchema) }),
    },
    signOutEverywhere: {
      method: 'DELETE',
      path: '/api/v1/me/sessions',
      summary: 'Ends all of your access, here too: browsers, links, API keys and invitations',
      description: 'API keys, and what you made for others, are kept where that is asked for.',
      action: 'sessions.end',
      owner: 'narrowed',
      query: z.strictObject({ keepKeysAndInvitations: z.stringbool().default(false) }),
    },
    endSession: {
      method: 'DELETE',
      path: '/api/v1/me/sessions/{id}',
      summary: 'Signs one of your browsers out',
      action: 'sessions.end',
      owner: 'narrowed',
      params: z.object({ id: z.string().min(1).max(64) }),
    },
  },
);
