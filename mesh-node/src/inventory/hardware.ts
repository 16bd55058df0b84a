import type { Inventory } from '@meshdeck/shared';

/** The part of the inventory that every system is asked for in its own way. */
export type Hardware = Pick<
  Inventory,
  'osName' | 'osVersion' | 'coresPhysical' | 'machineModel' | 'virtual' | 'disks' | 'gpus'
> & {
  /** Kind of each network interface by name: `ethernet`, `wifi`, `bridge`, `tunnel`, `virtual`. */
  readonly interfaceKinds: ReadonlyMap<string, string>;
};
