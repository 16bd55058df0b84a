import * as z from 'zod';
import {
  meSchema,
  registerRequestSchema,
  signInOptionsSchema,
  signInRequestSchema,
} from '../models/person.js';
import { calls } from './call.js';

/** The ways in, open to everybody. */
export const signIn = calls(
  { thing: 'signIn', tag: 'people' },
  {
    options: {
      method: 'GET',
      path: '/api/v1/sign-in',
      summary: 'The ways to sign in and to get an account',
      action: 'anyone',
      answer: signInOptionsSchema,
    },
    byPassword: {
      method: 'POST',
      path: '/api/v1/sign-in',
      summary: 'Signs a browser in by e-mail address and password',
      description: 'Sets the session cookie.',
      action: 'anyone',
      recordedAs: 'sign-in',
      cost: 'password',
      body: signInRequestSchema,
      answer: meSchema,
    },
    beginOidc: {
      method: 'POST',
      path: '/api/v1/sign-in/oidc',
      summary: 'Begins a sign-in by OpenID Connect; the page then opens the address it gets',
      action: 'anyone',
      answer: z.object({ url: z.string() }),
    },
    finishOidc: {
      method: 'GET',
      path: '/api/v1/sign-in/oidc/callback',
      summary: 'Where the OpenID Connect provider sends the browser back to',
      description: 'Sets the session cookie and goes to `/`, else to `/?sign-in-problem=CODE`.',
      action: 'anyone',
      recordedAs: 'sign-in',
      redirects: 'The UI, or the sign-in page with the reason.',
      head: false,
    },
    register: {
      method: 'POST',
      path: '/api/v1/register',
      summary: 'Makes an account: by an invitation, or where registration is open',
      description:
        'Without an invitation the answer is the same whether the address was free or not: sign in next.',
      action: 'anyone',
      recordedAs: 'register',
      cost: 'password',
      body: registerRequestSchema,
      answer: z.object({ me: meSchema.nullable() }),
    },
  },
);
