import { randomBytes } from 'node:crypto';
import { MeshdeckError, type Check, type CheckReport, type NodeId } from '@meshdeck/shared';

/** Questions that machines have not answered yet. */
export interface PendingChecks {
  /** @throws MeshdeckError `app-timeout`, `node-lost`; the signal's reason once nobody waits any more */
  wait(
    machine: { id: NodeId; name: string },
    signal: AbortSignal,
  ): { checkId: string; answer: Promise<Check> };
  /** An answer counts only from the machine that was asked. */
  take(nodeId: NodeId, report: CheckReport): void;
  nodeLost(nodeId: NodeId): void;
  count(): number;
}

interface Pending {
  machine: { id: NodeId; name: string };
  resolve: (check: Check) => void;
  reject: (error: unknown) => void;
}

export function createPendingChecks({ waitMs }: { waitMs: number }): PendingChecks {
  const pending = new Map<string, Pending>();

  return {
    wait(machine, signal) {
      const checkId = randomBytes(8).toString('hex');
      const answer = new Promise<Check>((resolve, reject) => {
        const leave = () => reject(signal.reason);
        const timer = setTimeout(() => reject(tooSlow(machine.name, waitMs)), waitMs);
        signal.addEventListener('abort', leave, { once: true });
        const over = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          pending.delete(checkId);
        };
        pending.set(checkId, {
          machine,
          resolve: (check) => (over(), resolve(check)),
          reject: (error) => (over(), reject(error as Error)),
        });
        if (signal.aborted) leave();
      }).finally(() => pending.delete(checkId));
      return { checkId, answer };
    },
    take(nodeId, { checkId, check }) {
      const asked = pending.get(checkId);
      if (asked?.machine.id === nodeId) asked.resolve(check);
    },
    nodeLost(nodeId) {
      for (const { machine, reject } of [...pending.values()]) {
        if (machine.id !== nodeId) continue;
        reject(
          new MeshdeckError('node-lost', `${machine.name} was lost while it looked at the table. Try again.`),
        );
      }
    },
    count: () => pending.size,
  };
}

function tooSlow(name: string, waitMs: number): MeshdeckError {
  return new MeshdeckError(
    'app-timeout',
    `${name} has not answered within ${Math.round(waitMs / 1000)} s. It may still be fetching the model: try again in a moment.`,
  );
}
