import { configure } from '@testing-library/dom';
import { afterEach, beforeEach, vi } from 'vitest';
import { LiveCollection } from '../live/collection.svelte.js';
import { jobs } from '../live/jobs.svelte.js';
import { router } from '../router/router.svelte.js';
import { session } from '../state/session.svelte.js';
import { toasts } from '../state/toasts.svelte.js';
import { blindCanvas } from './canvas.js';
import { findCheckedOptions } from './checked-options.js';
import { answerCalls } from './hub-answers.js';
import { openPopovers } from './popovers.js';
import { unmountAll } from './render.svelte.js';

blindCanvas();
findCheckedOptions();
openPopovers();
// Whether a style hides an element takes longer to find out here than all the rest of a test.
configure({ defaultHidden: true });

// A test that says nothing of the hub has one that knows nothing; none reaches a network.
beforeEach(() => {
  answerCalls({});
});

/** Everything that the renderer keeps live. */
const collections = Object.values(
  import.meta.glob<Record<string, unknown>>('../live/*.svelte.ts', { eager: true }),
)
  .flatMap((module) => Object.values(module))
  .filter((exported) => exported instanceof LiveCollection);

/** What lives as long as a page does begins anew with each test. */
afterEach(() => {
  unmountAll();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.clear();
  for (const collection of collections) {
    collection.items = new Map();
    collection.loaded = false;
    collection.error = null;
  }
  jobs.nextBefore = undefined;
  session.me = null;
  session.state = 'unknown';
  toasts.shown = [];
  router.go('/machines');
});
