import type { Place } from '../fairness/shares.js';

/** One call's share of the hub, from when it is let in until it is answered and nothing of it is at work any more. */
export interface CallPlace {
  /** Its handler is at work from here on. */
  begin(): void;
  end(): void;
}

/** `closed` is called back once, when the answer is sent or the caller is gone. */
export function holdPlace(place: Place, onClosed: (closed: () => void) => void): CallPlace {
  let isAtWork = false;
  let isClosed = false;
  const check = (): void => {
    if (isClosed && !isAtWork) place.leave();
  };
  onClosed(() => {
    isClosed = true;
    check();
  });
  return {
    begin() {
      isAtWork = true;
    },
    end() {
      isAtWork = false;
      check();
    },
  };
}
