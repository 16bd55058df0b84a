import {
  choosePasswordRequestSchema,
  codeRequestSchema,
  codeViewSchema,
  meSchema,
} from '../models/person.js';
import { calls } from './call.js';

/** Each is a call of a page of ours: a link that merely is followed opens that page and signs nobody in. */
export const oneTimeLinks = calls(
  { thing: 'oneTimeLinks', tag: 'people' },
  {
    look: {
      method: 'POST',
      path: '/api/v1/one-time-links/look',
      summary: 'What a one-time link is good for; does not use it up',
      action: 'anyone',
      recordedAs: 'links.look',
      body: codeRequestSchema,
      answer: codeViewSchema,
    },
    signIn: {
      method: 'POST',
      path: '/api/v1/one-time-links/sign-in',
      summary: 'Signs a browser in by a one-time link',
      description: 'Sets the session cookie; the link is good for one use.',
      action: 'anyone',
      recordedAs: 'links.use',
      body: codeRequestSchema,
      answer: meSchema,
    },
    choosePassword: {
      method: 'POST',
      path: '/api/v1/one-time-links/password',
      summary: 'Chooses a password by a one-time link and signs in',
      action: 'anyone',
      recordedAs: 'password.choose',
      cost: 'password',
      body: choosePasswordRequestSchema,
      answer: meSchema,
    },
  },
);
