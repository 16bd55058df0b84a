const windowMs = 60_000;
const mostFailures = 20;
const mostAddresses = 10_000;

/**
 * Counts wrong credentials by address and minute. Only further wrong ones are slowed: people and programs of one
 * machine share its loopback address, and one of them going astray must not lock the others out.
 */
export function createFailureLimit(now: () => number): (address: string) => number {
  const windows = new Map<string, { startedAt: number; failures: number }>();
  return (address) => {
    const found = windows.get(address);
    const current =
      found !== undefined && now() - found.startedAt < windowMs ? found : { startedAt: now(), failures: 0 };
    current.failures += 1;
    windows.delete(address);
    windows.set(address, current);
    const oldest = windows.keys().next().value;
    if (windows.size > mostAddresses && oldest !== undefined) windows.delete(oldest);
    return current.failures > mostFailures ? current.startedAt + windowMs - now() : 0;
  };
}
