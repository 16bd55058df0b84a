import { cleanJson, MeshdeckError, meshdeckVersion } from '@meshdeck/shared';
import { Command } from 'commander';
import { commandFile } from '../install/command.js';
import { jobsIn } from '../install/data-files.js';
import { findThisAgent, managedBy, readPin } from '../install/this-agent.js';
import { serviceManager } from '../os-service/this-machine.js';
import { lockHolder } from '../storage/folder-lock.js';
import { readLiveState } from '../storage/live-state.js';
import { spaced } from './ask-codes.js';
import type { Speaker } from './terminal.js';

/** What `status --json` prints. */
export interface AgentStatus {
  running: boolean;
  pid: number | null;
  /** ISO 8601 */
  since: string | null;
  /** `none`: no hub has let this machine in yet. */
  membership: 'joined' | 'pending' | 'none';
  connected: boolean;
  code: string | null;
  hub: { name: string; address: string | null } | null;
  name: string | null;
  version: string;
  service: string;
  dataFolder: string;
  programFolder: string | null;
  slots: number | null;
  jobs: number;
  protection: string | null;
  trouble: { at: string; message: string } | null;
}

/** @throws MeshdeckError where the folder's files cannot be read */
export async function agentStatus(
  data: string | undefined,
  findManager = serviceManager,
): Promise<AgentStatus> {
  const { place, dataFolder } = await findThisAgent(data);
  const pid = (await lockHolder(dataFolder)) ?? null;
  const state = await readLiveState(dataFolder);
  const pin = await readPin(dataFolder).catch((error: unknown) => {
    const isRefused = error instanceof Error && 'code' in error && error.code === 'EACCES';
    if (!isRefused) throw error;
    throw new MeshdeckError(
      'forbidden',
      `The agent's folder ${dataFolder} is another user's. Ask as that user, or with sudo.`,
      { cause: error },
    );
  });
  const { manager, why } = await managedBy(dataFolder, findManager);
  const service = await manager?.status();
  const byHand = place === undefined ? 'meshdeck-node' : commandFile(place.prefix);
  const isPending = state?.link === 'pending';
  const hubName = state?.hubName ?? pin?.hubName;
  return {
    running: pid !== null,
    pid,
    since: state === undefined ? null : new Date(state.since).toISOString(),
    membership: isPending ? 'pending' : pin?.joined === true ? 'joined' : 'none',
    connected: state?.link === 'joined',
    code: isPending ? state.code : null,
    hub: hubName === undefined ? null : { name: hubName, address: pin?.addresses[0] ?? null },
    name: state?.name ?? null,
    version: state?.version ?? meshdeckVersion,
    service:
      service?.installed === true
        ? service.where
        : `none: started by ${byHand}${why === undefined ? '' : ` (${why})`}`,
    dataFolder,
    programFolder: place?.prefix ?? null,
    slots: state?.slots ?? null,
    jobs: await jobsIn(dataFolder),
    protection: state?.protection ?? null,
    trouble:
      state?.trouble == null
        ? null
        : { at: new Date(state.trouble.ts).toISOString(), message: state.trouble.message },
  };
}

function hubLine({ hub, membership, connected, running }: AgentStatus): string {
  if (hub === null) return 'none yet';
  const link = membership === 'joined' && running && !connected ? ', not connected now' : '';
  return `${hub.name}${hub.address === null ? '' : ` at ${hub.address}`}${link}`;
}

function membershipLine({ membership, code }: AgentStatus): string {
  if (membership === 'none') return 'no';
  return membership === 'joined' ? 'yes' : `waits for approval, code ${code === null ? '' : spaced(code)}`;
}

function linesOf(status: AgentStatus): [string, string][] {
  const { running, pid, since, slots, trouble } = status;
  return [
    ['running', running ? `yes, process ${pid}${since === null ? '' : ` since ${since}`}` : 'no'],
    ['joined', membershipLine(status)],
    ['hub', hubLine(status)],
    ['name', status.name ?? 'not known while it does not run'],
    ['version', status.version],
    ['service', status.service],
    ['data', status.dataFolder],
    ['program', status.programFolder ?? 'not installed by a hub’s line'],
    ['slots', slots === null ? 'not known while it does not run' : `${slots}, ${status.jobs} in use`],
    ['protection', status.protection ?? 'not measured yet'],
    ['trouble', trouble === null ? 'none' : `${trouble.message} (${trouble.at})`],
  ];
}

/** `meshdeck-node status`. Gives 0 where the agent runs, 1 otherwise. */
export async function runStatusCommand(argv: readonly string[], { print }: Speaker): Promise<number> {
  const { data, json } = new Command('meshdeck-node status')
    .description(
      'Shows whether the agent of this machine runs and belongs to a hub; exits 0 if it runs, else 1.',
    )
    .option('--data <folder>', 'the agent’s data folder')
    .option('--json', 'print JSON')
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error;
    })
    .parse(['', '', ...argv.slice(3)])
    .opts<{ data?: string; json?: boolean }>();
  const status = await agentStatus(data);
  if (json === true) print(cleanJson(JSON.stringify(status)));
  else for (const [what, words] of linesOf(status)) print(`${what.padEnd(11)}${words}`);
  return status.running ? 0 : 1;
}
