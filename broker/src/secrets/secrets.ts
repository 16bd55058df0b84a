import { knownIds, MeshdeckError, timestampSchema, type SecretView } from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';
import type { Submitter } from '../users/submitter.js';
import type { Sealing } from './sealing.js';

/** The space of those that belong to nobody alone; no id of a person. */
const labSpace = 'lab';
const mostOfOne = 200;

export const secretDocumentSchema = z.object({
  /** `space/name` */
  id: z.string(),
  space: z.string(),
  name: z.string(),
  sealed: z.string(),
  forEveryone: z.boolean(),
  setAt: timestampSchema,
  setBy: z.object({ id: knownIds.person, name: z.string() }),
});
type SecretDocument = z.infer<typeof secretDocumentSchema>;

/** Which secret a job's name stands for. */
export const jobSecretSchema = z.object({ name: z.string(), space: z.string() });
export type JobSecret = z.infer<typeof jobSecretSchema>;

export interface Secrets {
  /** By name, one's own first. */
  list(by: Submitter): SecretView[];
  /** @throws MeshdeckError `forbidden`, `limit-reached` */
  set(
    secret: { name: string; value: string; lab: boolean; forEveryone?: boolean | undefined },
    by: Submitter,
  ): Promise<SecretView>;
  /** @throws MeshdeckError `not-found`, `forbidden` */
  remove(secret: { name: string; lab: boolean }, by: Submitter): Promise<void>;
  /** What these names mean for whoever starts a job: their own, else the lab's. @throws MeshdeckError `invalid-request` */
  resolve(names: readonly string[], by: Submitter): JobSecret[];
  /** Whether these may still be used by this person. @throws MeshdeckError `forbidden` */
  requireUsable(secrets: readonly JobSecret[], by: Submitter): void;
  /** Values by name. @throws MeshdeckError `invalid-request` where one is there no more */
  open(secrets: readonly JobSecret[]): Record<string, string>;
}

const idOf = (space: string, name: string) => `${space}/${name}`;

export async function createSecrets(options: {
  collection: Pick<Collection<SecretDocument>, 'all' | 'put' | 'remove'>;
  sealing: Sealing;
  now: () => number;
}): Promise<Secrets> {
  const { collection, sealing } = options;
  const known = new Map((await collection.all()).map((document) => [document.id, document]));

  const isUsable = ({ space, forEveryone }: SecretDocument, by: Submitter) =>
    space === by.id || (space === labSpace && (forEveryone || by.reach === 'all'));
  const viewOf = ({ name, space, forEveryone, setAt, setBy }: SecretDocument): SecretView => ({
    ...{ name, forEveryone, setAt, setBy: setBy.name },
    whose: space === labSpace ? 'lab' : 'yours',
  });

  function spaceFor(lab: boolean, by: Submitter): string {
    if (!lab) return by.id;
    if (by.reach === 'all') return labSpace;
    throw new MeshdeckError(
      'forbidden',
      "Only admins change the lab's secrets. Leave --lab out for one of your own.",
    );
  }

  return {
    list: (by) =>
      [...known.values()]
        .filter((document) => isUsable(document, by))
        .map(viewOf)
        .sort((a, b) => (a.whose === b.whose ? (a.name < b.name ? -1 : 1) : a.whose === 'yours' ? -1 : 1)),

    async set({ name, value, lab, forEveryone }, by) {
      const space = spaceFor(lab, by);
      const id = idOf(space, name);
      const count = [...known.values()].filter((one) => one.space === space).length;
      if (count >= mostOfOne && !known.has(id))
        throw new MeshdeckError(
          'limit-reached',
          `There are ${count} secrets already. Remove one that is not needed.`,
        );
      // A new value is for whom the one before was.
      const isForAll = forEveryone ?? known.get(id)?.forEveryone ?? false;
      const document = {
        ...{ id, space, name, sealed: sealing.seal(value, id), forEveryone: lab && isForAll },
        ...{ setAt: options.now(), setBy: { id: by.id, name: by.name } },
      };
      await collection.put(document);
      known.set(id, document);
      return viewOf(document);
    },

    async remove({ name, lab }, by) {
      const id = idOf(spaceFor(lab, by), name);
      if (!known.has(id))
        throw new MeshdeckError('not-found', `${lab ? 'The lab has' : 'You have'} no secret "${name}".`);
      await collection.remove(id);
      known.delete(id);
    },

    resolve: (names, by) =>
      [...new Set(names)].map((name) => {
        const spaces = [by.id, labSpace];
        const space = spaces.find((one) => {
          const document = known.get(idOf(one, name));
          return document !== undefined && isUsable(document, by);
        });
        if (space !== undefined) return { name, space };
        throw new MeshdeckError(
          'invalid-request',
          `There is no secret "${name}" that your jobs may use. Set it with: meshdeck secrets set ${name}`,
        );
      }),

    requireUsable(secrets, by) {
      for (const { name, space } of secrets) {
        const document = known.get(idOf(space, name));
        if (document !== undefined && isUsable(document, by)) continue;
        const whose = space === labSpace ? "the lab's" : "somebody else's";
        throw new MeshdeckError(
          'forbidden',
          `The job uses ${whose} secret "${name}", which your jobs may not use.`,
        );
      }
    },

    open: (secrets) =>
      Object.fromEntries(
        secrets.map(({ name, space }) => {
          const document = known.get(idOf(space, name));
          if (document !== undefined) return [name, sealing.open(document.sealed, document.id)];
          throw new MeshdeckError(
            'invalid-request',
            `The secret "${name}" is no longer there. Set it again with "meshdeck secrets set ${name}", then run the job again.`,
          );
        }),
      ),
  };
}
