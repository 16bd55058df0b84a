import * as z from 'zod';
import { proseSchema, timestampSchema } from '../ids.js';

/** Of one note, and of one machine. */
export const noteLimits = { characters: 500, perMachine: 20 } as const;

/** One line of text with something to read in it. Joiners, which words of some languages and many emoji need, may be in it. */
const noteTextSchema = proseSchema(noteLimits.characters)
  .trim()
  .min(1)
  .regex(/^[^\n\r\t]+$/, 'must be one line')
  .regex(/[^\p{Cf}\p{Z}]/u, 'must have something to read in it');

export const noteRequestSchema = z.strictObject({ text: noteTextSchema });

/** What somebody wrote down about a machine. */
export const noteViewSchema = z.object({
  id: z.string(),
  nodeId: z.string(),
  text: z.string(),
  /** Who wrote it, as they were called then. */
  author: z.object({ id: z.string(), name: z.string() }),
  createdAt: timestampSchema,
});
export type NoteView = z.infer<typeof noteViewSchema>;

/** Of the topic `live/notes`: notes that are new, ids of those that are gone. */
export const liveNotesSchema = z.object({
  changed: z.array(noteViewSchema),
  removed: z.array(z.string()),
});

/** Whether every word of `search` occurs in the note or in its author's name, in capitals or not. */
export function noteMatches({ text, author }: Pick<NoteView, 'text' | 'author'>, search: string): boolean {
  const searched = `${text} ${author.name}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}
