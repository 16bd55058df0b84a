import { contract } from '@meshdeck/shared/api';
import type { NodeDocument } from '../../nodes/node-document.js';
import type { Notes } from '../../notes/notes.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface NoteRouteDependencies {
  notes: Pick<Notes, 'list' | 'add' | 'remove' | 'ownerOf'>;
  /** By id, beginning of one, or name. @throws MeshdeckError `not-found`; `conflict` where it is merely in sight */
  machineOf: (ref: string) => Pick<NodeDocument, 'id' | 'name' | 'owner'>;
}

export function noteRoutes(app: PeopleApp, { notes, machineOf }: NoteRouteDependencies): void {
  serve(app, contract.notes.list, ({ node, search, ...asked }) => {
    const nodeId = node === undefined ? undefined : machineOf(node).id;
    const { page, nextCursor } = pageOf(notes.list({ nodeId, search }), asked, ({ id }) => id);
    return { notes: page, nextCursor };
  });

  serve(
    app,
    contract.notes.add,
    ({ id, body: { text } }, request) => {
      const author = callerOf(request);
      const machine = machineOf(id);
      request.auditTarget = machine.id;
      request.auditDetail = 'Note added.';
      return notes.add(machine, { text, author: { id: author.id, name: author.name } });
    },
    { owner: ({ id = '' }) => machineOf(id).owner?.id ?? null },
  );

  serve(
    app,
    contract.notes.remove,
    async ({ id }, request) => {
      const { nodeId, author } = await notes.remove(id);
      request.auditTarget = nodeId;
      request.auditDetail = `Note by ${author.name} removed.`;
    },
    { owner: ({ id = '' }) => notes.ownerOf(id) },
  );
}
