/** One setting of this browser; reads and writes fail quietly where storage is switched off. */
export function persistedSetting<T extends string>(name: string, allowed: readonly T[], fallback: T) {
  const key = `meshdeck.${name}`;
  return {
    read(): T {
      try {
        const value = localStorage.getItem(key);
        return allowed.find((one) => one === value) ?? fallback;
      } catch {
        return fallback;
      }
    },
    write(value: T): void {
      try {
        localStorage.setItem(key, value);
      } catch {
        // Kept for this visit only.
      }
    },
  };
}
