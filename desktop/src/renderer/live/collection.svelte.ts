import { untrack } from 'svelte';
import { connection } from './connection.svelte.js';
import { createFrameQueue } from './frame-queue.js';
import { byId, type Delta, fromSnapshot, noItems, withDeltas } from './merge.js';
import { type LiveTopic, onFrame } from './messages.js';

export interface CollectionOptions<View> {
  /** Known only once somebody is signed in. */
  topic(): LiveTopic<Delta<View>>;
  load(): Promise<View[]>;
  /** Which of the views known before a snapshot outlive it though it lacks them: older pages of a long list. */
  keep?(view: View, snapshot: View[]): boolean;
  /** What hangs on all views together is worked out here, whenever some of them change. */
  together?(views: View[]): View[];
  /** Told of every view that came, from either door. */
  seen?(views: readonly View[]): void;
}

/** More frames' worth of changes than this and a fresh snapshot is cheaper than applying them. */
const maxWaiting = 50;

/**
 * Everything of one kind: a snapshot over REST at each (re)connection, then deltas over MQTT. Subscribed while
 * somebody watches. Views are replaced, never changed in place, so a row whose machine did not change is not redrawn.
 */
export class LiveCollection<View extends { id: string }> {
  items = $state.raw(noItems<View>());
  loaded = $state(false);
  error = $state.raw<unknown>(null);
  list = $derived([...this.items.values()]);

  readonly #options: CollectionOptions<View>;
  #watchers = 0;
  #stop: (() => void) | null = null;
  #loading: Promise<void> | null = null;
  #meanwhile: Delta<View>[] = [];

  constructor(options: CollectionOptions<View>) {
    this.#options = options;
  }

  /** Keeps the collection live until the returned disposer is called. */
  watch(): () => void {
    this.#watchers += 1;
    this.#stop ??= this.#start();
    return () => {
      this.#watchers -= 1;
      if (this.#watchers > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  }

  /** Fetches the snapshot anew; callers at the same time share one call. */
  reload(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** Puts in what an action just answered, before the delta comes. */
  put(...views: View[]): void {
    this.#apply([{ changed: views, removed: [] }]);
  }

  drop(id: string): void {
    this.#apply([{ changed: [], removed: [id] }]);
  }

  #start(): () => void {
    const topic = this.#options.topic();
    const queue = createFrameQueue<Uint8Array>({
      capacity: maxWaiting,
      requestFrame: onFrame,
      deliver: (payloads) => this.#apply(topic.read(payloads)),
      overflowed: () => void this.reload(),
    });
    const stopListening = connection.listen(topic, {
      message: (payload) => queue.push(payload),
      subscribed: () => void this.reload(),
    });
    // Whoever watches from an effect must not be run again when the connection changes.
    if (untrack(() => connection.state) !== 'online') void this.reload();
    return () => {
      stopListening();
      queue.close();
    };
  }

  async #load(): Promise<void> {
    try {
      const snapshot = await this.#options.load();
      const keep = (view: View) => this.#options.keep?.(view, snapshot) === true;
      this.#become(fromSnapshot(snapshot, this.items, keep));
      this.loaded = true;
      this.error = null;
      this.#options.seen?.(snapshot);
      // Deltas that came while the snapshot was on its way may be newer than it.
      const meanwhile = this.#meanwhile;
      this.#meanwhile = [];
      this.#merge(meanwhile);
    } catch (error) {
      this.error = error;
    }
  }

  #become(items: ReadonlyMap<string, View>): void {
    const { together } = this.#options;
    this.items = together === undefined ? items : byId(together([...items.values()]));
  }

  #apply(deltas: Delta<View>[]): void {
    if (this.#loading !== null) this.#meanwhile = [...this.#meanwhile, ...deltas].slice(-maxWaiting);
    this.#merge(deltas);
  }

  #merge(deltas: Delta<View>[]): void {
    if (deltas.length === 0) return;
    this.#become(withDeltas(this.items, deltas));
    this.#options.seen?.(deltas.flatMap((delta) => delta.changed));
  }
}
