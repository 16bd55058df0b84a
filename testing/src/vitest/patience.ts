import { vi } from 'vitest';

const { waitFor, waitUntil } = vi;

/** On a machine that many share, a wait of Vitest's own second ends before what it waits for had its turn. */
const patience = { timeout: 20_000 };

const withPatience = (options: number | object = {}) =>
  typeof options === 'number' ? options : { ...patience, ...options };

vi.waitFor = (callback, options) => waitFor(callback, withPatience(options));
vi.waitUntil = (callback, options) => waitUntil(callback, withPatience(options));
