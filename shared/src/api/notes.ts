import * as z from 'zod';
import { noteLimits, noteRequestSchema, noteViewSchema } from '../models/note.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

const machine = z.string().min(1).max(120).describe('Id, an unambiguous beginning of one, or the name');

export const notes = calls(
  { thing: 'notes', tag: 'machines' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/notes',
      summary: 'What people wrote down about machines, the newest first',
      action: 'machines.read',
      query: z.object({
        ...pageQuery,
        node: machine.optional().describe('Only those of this machine: id, beginning of one, or name'),
        search: z
          .string()
          .trim()
          .min(1)
          .max(200)
          .optional()
          .describe("Only those with every one of these words in the text or the author's name"),
      }),
      answer: z.object({ notes: z.array(noteViewSchema), nextCursor }),
    },
    add: {
      method: 'POST',
      path: '/api/v1/nodes/{id}/notes',
      summary: 'Writes something down about a machine',
      description: `One line of at most ${noteLimits.characters} characters; a machine has at most ${noteLimits.perMachine} notes.`,
      action: 'machines.manage',
      owner: 'found',
      params: z.object({ id: machine }),
      body: noteRequestSchema,
      status: 201,
      answer: noteViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/notes/{id}',
      summary: 'Removes a note: your own, or any where you look after all machines',
      action: 'machines.manage',
      owner: 'found',
      params: z.object({ id: z.string().min(1).max(40) }),
    },
  },
);
