import { protectsEnough, type ProtectionNeed, type Rejection } from '@meshdeck/shared';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';

/** The stricter of what the app and the person ask for. */
export function neededProtection(...asked: (ProtectionNeed | undefined)[]): ProtectionNeed | undefined {
  return asked.includes('strong') ? 'strong' : asked.find((need) => need !== undefined);
}

/** Not measured yet counts as no protection. */
export function protectedEnough({ protection }: MachineSnapshot, task: TaskNeeds): Rejection | null {
  const needed = task.protection;
  if (needed === undefined || protectsEnough(protection ?? 'none', needed)) return null;
  const offered =
    protection == null
      ? 'has not measured what it offers'
      : protection === 'none'
        ? 'offers none'
        : `offers ${protection}`;
  return {
    code: 'protection-short',
    message: `The job needs ${needed} protection; this machine ${offered}.`,
  };
}
