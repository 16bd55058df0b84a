import type { AppSpeeds } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { api } from '../api/index.js';

/** The learned speeds as a page last read them; they change with every finished run, so a page reads them anew. */
export class SpeedList {
  all = $state.raw<AppSpeeds[] | null>(null);
  error = $state.raw<unknown>(null);

  async load(): Promise<void> {
    try {
      this.all = await pages('speeds', api.speeds.list);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }
}
