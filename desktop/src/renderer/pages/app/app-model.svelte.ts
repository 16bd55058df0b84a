import type { AppView, ModelView } from '@meshdeck/shared';
import { api } from '../../api/index.js';

/** An app and the model of the version that is looked at, with another one beside it where two are compared. */
export class AppModel {
  app = $state.raw<AppView | null>(null);
  model = $state.raw<ModelView | null>(null);
  /** The version it is compared with. */
  other = $state.raw<ModelView | null>(null);
  error = $state.raw<unknown>(null);
  modelError = $state.raw<unknown>(null);
  readonly #name: string;
  #asked = 0;

  constructor(name: string) {
    this.#name = name;
  }

  async load(): Promise<void> {
    try {
      this.app = await api.apps.get({ name: this.#name });
      this.error = null;
    } catch (error) {
      this.error = error;
      return;
    }
    await this.look();
  }

  /** Looks into `version`, the newest by default, and into the one that it is compared with. */
  async look(version?: string, against?: string): Promise<void> {
    const asked = ++this.#asked;
    const { app } = this;
    if (app?.manifest.runtime !== 'onnx') return;
    try {
      const [model, other] = await Promise.all([
        api.apps.model({ name: app.ref, version }),
        against === undefined ? null : api.apps.model({ name: app.ref, version: against }),
      ]);
      if (asked !== this.#asked) return;
      this.model = model;
      this.other = other;
      this.modelError = null;
    } catch (error) {
      if (asked === this.#asked) this.modelError = error;
    }
  }
}
