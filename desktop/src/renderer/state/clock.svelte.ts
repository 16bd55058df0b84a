/** One clock for every age on the page: it ticks once a second, and not at all while nobody looks. */
class Clock {
  /** Unix ms by the hub's clock, which stamped the times that ages are told from. */
  now = $state(Date.now());
  #aheadMs = 0;

  start(): () => void {
    const tick = () => {
      if (!document.hidden) this.now = Date.now() + this.#aheadMs;
    };
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }

  /** The hub's time as it was just told. Below two seconds it is the call's own delay. */
  setHubTime(hubNow: number): void {
    const ahead = hubNow - Date.now();
    this.#aheadMs = Math.abs(ahead) < 2000 ? 0 : ahead;
    this.now = Date.now() + this.#aheadMs;
  }

  /** The hub's time right now; not reactive. */
  read(): number {
    return Date.now() + this.#aheadMs;
  }
}

export const clock = new Clock();
