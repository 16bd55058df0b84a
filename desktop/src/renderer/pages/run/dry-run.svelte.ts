import {
  type AppRuntime,
  type AppView,
  type CheckQuestion,
  type CheckView,
  type ParamDeclarations,
  MeshdeckError,
  type ReadingChange,
  type ReadingOptions,
} from '@meshdeck/shared';
import { api } from '../../api/index.js';
import { nodes } from '../../live/nodes.svelte.js';
import { ReadingChoices } from './reading-choices.svelte.js';
import { SheetChoice } from './sheet-choice.svelte.js';

/** A model or app as the hub has it. */
export interface StoredApp {
  /** Names this app and no other: one of the same name and content may remember something else. */
  ref: string;
  version: string;
  runtime: AppRuntime;
  /** Whose it is; null where it is there no more. */
  whose: AppView['whose'] | null;
  /** What is said of its tables before anybody chooses. */
  said: ReadingOptions;
  /** The parameters it declares; undefined: it takes any. */
  params?: ParamDeclarations | undefined;
}

export interface Stored {
  app: StoredApp;
  input: CheckQuestion['input'];
}

/** Known here already: the hub need not be asked to say so. */
const nobodyThere = () =>
  new MeshdeckError('no-eligible-node', 'No machine is active, so nobody can look at the table yet.');

/** The machines that may be able to look: active, and what they have is known. Empty for none. */
export const machinesThere = (): string =>
  nodes.joined
    .filter(({ presence, inventory }) => presence === 'active' && inventory !== null)
    .map(({ id }) => id)
    .sort()
    .join(' ');

/** Several choices in a row are one question. */
const settleMs = 250;

/** How the chosen table would be read, asked anew whenever something changes; only the newest question counts. */
export class DryRun {
  stored = $state.raw<Stored | null>(null);
  answer = $state.raw<CheckView | null>(null);
  /** Why there is no answer: no machine, a refused app. What is wrong with the table is in the answer. */
  problem = $state.raw<unknown>(null);
  busy = $state(false);
  /** Which machines there were when the question was asked. */
  askedOf = $state('');
  readonly choices = new ReadingChoices(() => this.again());
  readonly sheets = new SheetChoice(() => this.again());
  #question = new AbortController();
  #settle: ReturnType<typeof setTimeout> | undefined;

  /** Another model or table: both are sent where they are not, and looked at. What was said stays with its app. */
  async begin(store: () => Promise<Stored | null>): Promise<void> {
    const before = this.stored?.app;
    this.clear();
    const { signal } = this.#question;
    this.busy = true;
    try {
      const stored = await store();
      if (signal.aborted) return;
      this.stored = stored;
      if (stored === null) return;
      const isSame = before?.ref === stored.app.ref && before.version === stored.app.version;
      if (!isSame) this.choices.start(stored.app.said);
      await this.#ask();
    } catch (error) {
      if (!signal.aborted) this.problem = error;
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }

  /** Something was said: asks again, a moment later. */
  again(): void {
    if (this.stored === null) return;
    this.#question.abort();
    this.#question = new AbortController();
    this.busy = true;
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#ask(), settleMs);
  }

  /** There is nothing to look at, or nobody looks any more. */
  clear(): void {
    this.#question.abort();
    this.#question = new AbortController();
    clearTimeout(this.#settle);
    this.stored = null;
    this.answer = null;
    this.problem = null;
    this.busy = false;
  }

  /** What a run of the same app is to be told; undefined where nobody was asked. */
  change(): ReadingChange | undefined {
    return this.stored?.app.runtime === 'onnx' ? this.choices.change() : undefined;
  }

  async #ask(): Promise<void> {
    const { stored } = this;
    if (stored === null) return;
    const { signal } = this.#question;
    const { app, input } = stored;
    const reading = this.change();
    this.busy = true;
    try {
      this.askedOf = machinesThere();
      if (nodes.loaded && this.askedOf === '') throw nobodyThere();
      const answer = await api.checks.run(
        {
          body: {
            app: { name: app.ref, version: app.version },
            input: { ...input, ...this.sheets.asked(input.sha256) },
            ...(reading !== undefined && { reading }),
          },
        },
        { signal },
      );
      if (signal.aborted) return;
      this.answer = answer;
      this.problem = null;
    } catch (error) {
      if (!signal.aborted) this.problem = error;
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }
}
