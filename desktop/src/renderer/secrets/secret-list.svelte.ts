import type { SecretView } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { api } from '../api/index.js';

/** Names of the secrets that whoever is looking may use. */
export class SecretList {
  all = $state.raw<readonly SecretView[] | null>(null);
  error = $state.raw<unknown>(null);

  async load(): Promise<void> {
    try {
      this.all = await pages('secrets', api.secrets.list);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }
}
