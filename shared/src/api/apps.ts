import * as z from 'zod';
import { appRefSchema } from '../ids.js';
import { appViewSchema } from '../models/app.js';
import { modelViewSchema } from '../models/model.js';
import { readingOptionsSchema } from '../models/reading.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

const params = z.object({
  name: appRefSchema.describe('Name: yours, else the lab’s, else a sample; or OWNER/NAME'),
});

export const apps = calls(
  { thing: 'apps', tag: 'apps' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/apps',
      summary: 'Every app; once what is the same by content and reads its tables in the same way',
      action: 'apps.read',
      cost: 'heavy',
      query: z.object(pageQuery),
      answer: z.object({ apps: z.array(appViewSchema), nextCursor }),
    },
    get: {
      method: 'GET',
      path: '/api/v1/apps/{name}',
      summary: 'One app',
      description: 'A name means your own app, else the lab’s, else a sample; `OWNER/NAME` (its `ref`) any.',
      action: 'apps.read',
      params,
      answer: appViewSchema,
    },
    model: {
      method: 'GET',
      path: '/api/v1/apps/{name}/model',
      summary: 'What a model is, read from its file: inputs and outputs in words, classes, an example table',
      description:
        'Of the version asked for, else the newest. "facts" is null where the file cannot be looked into; "problem" says why. A program is answered 400.',
      action: 'apps.read',
      cost: 'errand',
      params: z.object({ name: appRefSchema }),
      query: z.object({ version: z.string().max(80).optional() }),
      answer: modelViewSchema,
    },
    push: {
      method: 'POST',
      path: '/api/v1/apps',
      summary: 'Pushes an app: a model, a script, or a packed folder',
      description: 'The body is a .onnx, .py, .mjs, .ipynb, .sh, .R, .jl, .zip, .tar or .tar.gz file itself.',
      action: 'apps.push',
      owner: 'narrowed',
      cost: 'heavy',
      query: z.object({ filename: z.string().min(1).max(255) }),
      takes: ['application/octet-stream'],
      status: 201,
      answer: appViewSchema,
    },
    remember: {
      method: 'PUT',
      path: '/api/v1/apps/{name}/reading',
      summary: 'What an app remembers of how its tables are to be read; an empty object clears it',
      description:
        'Its checks and jobs go by it, field by field, where they say nothing else. Your own apps; the lab’s, the samples and others’ for operators and admins.',
      action: 'apps.configure',
      owner: 'found',
      params,
      body: readingOptionsSchema,
      answer: appViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/apps/{name}',
      summary: 'Removes an app with all its versions',
      action: 'apps.remove',
      owner: 'found',
      params,
    },
  },
);
