import { MeshdeckError } from '@meshdeck/shared';
import type { ProcessEnd } from './run-process.js';

/** Why an app's process did not end well, in a sentence; undefined where it did. */
export function crashOf({ code, signal, tail, reason }: ProcessEnd): MeshdeckError | undefined {
  if (code === 0) return undefined;
  const how = signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`;
  return new MeshdeckError(
    'app-crashed',
    `The app crashed: it ${how}. ${reason === undefined ? '' : `${reason} `}Its last words are below and in the log.`,
    tail === '' ? {} : { detail: tail },
  );
}
