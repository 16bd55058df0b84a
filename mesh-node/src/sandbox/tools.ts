import { findOnPath, type Environment } from '../inventory/find-on-path.js';
import { openControlGroups, type ControlGroups } from './control-groups.js';
import { findBubblewrap, type Bubblewrap } from './find-bubblewrap.js';
import { openScopes, type Scopes } from './scopes.js';

/** What this machine has to hold a job with, each tried and found working. */
export interface SandboxTools {
  bubblewrap: Bubblewrap | null;
  setpriv: string | null;
  prlimit: string | null;
  groups: ControlGroups | null;
  scopes: Scopes | null;
  /** Why what is missing is missing: sentences for the machine's owner. */
  notes: string[];
}

const nothing = (): SandboxTools => ({
  bubblewrap: null,
  setpriv: null,
  prlimit: null,
  groups: null,
  scopes: null,
  notes: [],
});

/** Looks for what this system offers, and tries each once. Nothing of it exists outside Linux. */
export async function findTools(options: {
  folder: string;
  platform?: NodeJS.Platform;
  env?: Environment;
}): Promise<SandboxTools> {
  const { folder, platform = process.platform, env = process.env } = options;
  const tools = nothing();
  const { notes } = tools;
  if (platform !== 'linux') {
    notes.push(
      "This system has nothing that Meshdeck can shut jobs in with: they run with all rights of the agent's user.",
    );
    return tools;
  }
  tools.setpriv = await findOnPath('setpriv', env);
  tools.prlimit = await findOnPath('prlimit', env);
  if (tools.prlimit === null)
    notes.push('prlimit is not installed (util-linux has it): the kernel holds no job to its limits.');
  const bubblewrap = await findBubblewrap({ folder, setpriv: tools.setpriv, env });
  tools.bubblewrap = bubblewrap.found;
  if (bubblewrap.note !== undefined) notes.push(bubblewrap.note);

  const reasons: string[] = [];
  const noted = (error: unknown) => {
    reasons.push(error instanceof Error ? error.message : String(error));
    return null;
  };
  tools.groups = await openControlGroups().catch(noted);
  if (tools.groups !== null) return tools;
  tools.scopes = await openScopes(await findOnPath('systemd-run', env)).catch(noted);
  if (tools.scopes === null) notes.push(...reasons);
  return tools;
}
