import { MeshdeckError, type CreatedKey, type KeyRequest, type KeyView, type Reach } from '@meshdeck/shared';
import type { Accounts } from './accounts.js';
import type { ApiKeys, KeyDocument } from './api-keys.js';
import { localPersonId, localPersonName, type Ended, type Person } from './types.js';

/** API keys as people handle them. */
export interface KeyApi {
  /** Everybody's where `reach` is `all`. */
  list(person: Person, reach: Reach): KeyView[];
  create(person: Person, request: KeyRequest): Promise<CreatedKey>;
  /** Whose key it is. @throws MeshdeckError `not-found` */
  ownerOf(id: string): string;
  /** @throws MeshdeckError `not-found` */
  revoke(id: string): Promise<void>;
}

export function createKeyApi(options: {
  keys: ApiKeys;
  accounts: Accounts;
  ended: (what: Ended) => void;
}): KeyApi {
  const { keys, accounts } = options;

  function view({ id, name, scopes, personId, createdAt, expiresAt, lastUsedAt }: KeyDocument): KeyView {
    const ownerName =
      personId === localPersonId ? localPersonName : (accounts.get(personId)?.name ?? 'Somebody who left');
    const owner = { id: personId, name: ownerName };
    return { id, name, scopes, owner, createdAt, expiresAt, lastUsedAt };
  }

  function mustHave(id: string): KeyDocument {
    const document = keys.get(id);
    if (document !== undefined) return document;
    throw new MeshdeckError('not-found', 'There is no such key. "meshdeck keys list" shows those there are.');
  }

  return {
    list: (person, reach) => keys.list(reach === 'all' ? undefined : person.id).map(view),
    async create(person, request) {
      const { document, key } = await keys.create(person.id, request);
      return { ...view(document), key };
    },
    ownerOf: (id) => mustHave(id).personId,
    async revoke(id) {
      const { id: found } = mustHave(id);
      for (const keyId of await keys.end((key) => key.id === found)) options.ended({ keyId });
    },
  };
}
