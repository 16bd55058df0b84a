/** Runs a task once those given before it have ended, however they ended; resolves or rejects as the task does. */
export type Mutex = <T>(task: () => Promise<T>) => Promise<T>;

/** One task at a time, in the order given. A task that waits for another of the same mutex waits for ever. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}

/** A mutex for each key; one that nobody uses takes no memory. */
export type KeyedMutex = <T>(key: string, task: () => Promise<T>) => Promise<T>;

export function createKeyedMutex(): KeyedMutex {
  const users = new Map<string, { mutex: Mutex; count: number }>();
  return async (key, task) => {
    const entry = users.get(key) ?? { mutex: createMutex(), count: 0 };
    users.set(key, entry);
    entry.count += 1;
    try {
      return await entry.mutex(task);
    } finally {
      entry.count -= 1;
      if (entry.count === 0) users.delete(key);
    }
  };
}
