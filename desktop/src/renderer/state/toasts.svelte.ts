import { type Failure, toFailure } from '@meshdeck/shared';

export interface Toast {
  id: number;
  tone: 'good' | 'bad';
  message: string;
  detail: string | undefined;
}

const keptMs = 5000;

/** Short answers to what a person just did. A failure stays until it is closed. */
class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  #next = 1;

  good(message: string): void {
    const id = this.#push({ tone: 'good', message, detail: undefined });
    setTimeout(() => this.close(id), keptMs);
  }

  bad(error: unknown): void {
    const failure: Failure = toFailure(error);
    this.#push({ tone: 'bad', message: failure.message, detail: failure.detail });
  }

  close(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Runs an action and says how it went. Returns its value, or undefined where it failed. */
  async tell<T>(action: Promise<T>, done?: string): Promise<T | undefined> {
    try {
      const value = await action;
      if (done !== undefined) this.good(done);
      return value;
    } catch (error) {
      this.bad(error);
      return undefined;
    }
  }

  #push(toast: Omit<Toast, 'id'>): number {
    const id = this.#next;
    this.#next += 1;
    this.shown = [...this.shown.slice(-3), { id, ...toast }];
    return id;
  }
}

export const toasts = new Toasts();
