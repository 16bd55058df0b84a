import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** The addresses of each of this machine's interfaces, by its name. */
export type NetworkInterfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Asks the system in such a way that the answer is always one. `os.networkInterfaces` throws where the system refuses
 * [libuv `uv_interface_addresses`], for want of file descriptors or under a filter of system calls, and in a timer that would
 * end the process. Then the last answer stands; before the first there are no interfaces.
 */
export function createInterfaceReader(
  ask: () => NetworkInterfaces = networkInterfaces,
): () => NetworkInterfaces {
  let last: NetworkInterfaces = {};
  return () => {
    try {
      last = ask();
    } catch {
      // What this machine had a moment ago it most likely still has.
    }
    return last;
  };
}

/** This machine's interfaces. Never throws. */
export const readNetworkInterfaces = createInterfaceReader();
