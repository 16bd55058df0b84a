import { join, resolve } from 'node:path';
import { defaultDataFolder } from '../agent-config.js';
import { openHubPin, type HubPin } from '../join/hub-pin.js';
import type { ServiceManager } from '../os-service/service-manager.js';
import { placeOf, readRecord, type InstallRecord, type Place } from './place.js';

/** The agent of this machine that a command is about. */
export interface ThisAgent {
  place: Place | undefined;
  record: InstallRecord | undefined;
  dataFolder: string;
}

/** `data` is what the person said; else the environment, what the line recorded, or the usual folder. */
export async function findThisAgent(data: string | undefined): Promise<ThisAgent> {
  const place = await placeOf(process.argv[1] ?? '');
  const record = place === undefined ? undefined : await readRecord(place);
  const said = data ?? process.env['MESHDECK_NODE_DATA'] ?? record?.dataFolder;
  return { place, record, dataFolder: resolve(said ?? defaultDataFolder()) };
}

export const readPin = async (dataFolder: string): Promise<HubPin | undefined> =>
  (await openHubPin(join(dataFolder, 'hub.json'))).current();

/** The service manager, and whether its service is this very agent. */
export interface ManagedBy {
  /** Works here; undefined where none does. */
  manager: ServiceManager | undefined;
  /** Why none does. */
  why: string | undefined;
  /** The data folder of another agent that has the service. */
  other: string | undefined;
}

/** With a data folder, a service that runs another folder's agent is no manager of this one. */
export async function managedBy(
  dataFolder: string | undefined,
  findManager: () => Promise<ServiceManager | undefined>,
): Promise<ManagedBy> {
  const manager = await findManager();
  if (manager === undefined)
    return { manager, why: 'this system has no service manager Meshdeck knows', other: undefined };
  const why = await manager.unusable();
  if (why !== undefined) return { manager: undefined, why, other: undefined };
  const owner = await manager.dataFolder();
  if (owner === undefined || dataFolder === undefined || owner === dataFolder)
    return { manager, why: undefined, other: undefined };
  return {
    manager: undefined,
    why: `the service of this machine already runs another agent (data folder ${owner})`,
    other: owner,
  };
}
