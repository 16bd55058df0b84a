import { access, constants, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** One job's control group: everything it starts is in it for life. */
export interface JobGroup {
  /** Goes before the job's command: a shell that enters the group and becomes the command. */
  enter: string[];
  /** How often the kernel ended something in it for lack of memory. */
  outOfMemory: () => Promise<boolean>;
  /** Kills whatever is left in it and removes it. */
  remove: () => Promise<void>;
}

export interface ControlGroups {
  make: (name: string, limits: { memoryBytes: number; processes: number }) => Promise<JobGroup>;
}

const mountPoint = '/sys/fs/cgroup';
/** A fixed program; the group and the command are its arguments and never part of its text. */
const enterProgram = 'echo 0 > "$0" && exec "$@"';

const read = (path: string) => readFile(path, 'utf8').catch(() => '');

/** Pids in a group that do not belong to this process and what it started. */
async function strangers(folder: string): Promise<number[]> {
  const pids = (await read(join(folder, 'cgroup.procs'))).split('\n').filter(Boolean).map(Number);
  const ours = new Set([process.pid]);
  for (const pid of pids) {
    const parent = Number(/^PPid:\s+(\d+)/m.exec(await read(`/proc/${pid}/status`))?.[1] ?? 0);
    if (ours.has(parent)) ours.add(pid);
  }
  return pids.filter((pid) => !ours.has(pid));
}

/**
 * Control groups below the agent's own [cgroup v2, "Delegation"]. Groups with controllers hold no processes of their own, so
 * the agent moves into a leaf first; that takes a group it has to itself, as a systemd unit with `Delegate=yes` has.
 * @throws Error a sentence on why there are none
 */
export async function openControlGroups(
  options: { root?: string; own?: string } = {},
): Promise<ControlGroups> {
  const root = options.root ?? mountPoint;
  const controllers = (await read(join(root, 'cgroup.controllers'))).split(/\s+/);
  if (!controllers.includes('memory') || !controllers.includes('pids'))
    throw new Error('The kernel offers no control groups v2 with memory and process limits.');
  const own = options.own ?? /^0::(\/.*)$/m.exec(await read('/proc/self/cgroup'))?.[1] ?? '/';
  const folder = join(root, own);
  try {
    for (const name of ['', 'cgroup.procs', 'cgroup.subtree_control'])
      await access(join(folder, name), constants.W_OK);
  } catch {
    throw new Error(
      'The control group the agent runs in is not its own to divide (a systemd unit with Delegate=yes is).',
    );
  }
  if ((await strangers(folder)).length > 0)
    throw new Error(
      'The agent shares its control group with other programs. Run it as a service to give it one of its own.',
    );
  const leaf = join(folder, 'agent');
  await mkdir(leaf, { recursive: true });
  for (const pid of (await read(join(folder, 'cgroup.procs'))).split('\n').filter(Boolean))
    await writeFile(join(leaf, 'cgroup.procs'), pid).catch(() => undefined); // ended meanwhile
  await writeFile(join(folder, 'cgroup.subtree_control'), '+memory +pids');

  return {
    async make(name, { memoryBytes, processes }) {
      const group = join(folder, `job-${name}`);
      await mkdir(group, { recursive: true });
      const set = (file: string, value: string) => writeFile(join(group, file), value);
      if (Number.isSafeInteger(memoryBytes)) await set('memory.max', String(memoryBytes));
      await set('memory.swap.max', '0').catch(() => undefined); // a kernel without swap accounting
      await set('memory.oom.group', '1').catch(() => undefined);
      await set('pids.max', String(processes));
      return openGroup(group);
    },
  };
}

function openGroup(group: string): JobGroup {
  return {
    enter: ['/bin/sh', '-c', enterProgram, join(group, 'cgroup.procs')],
    async outOfMemory() {
      return Number(/^oom_kill (\d+)/m.exec(await read(join(group, 'memory.events')))?.[1] ?? 0) > 0;
    },
    async remove() {
      await writeFile(join(group, 'cgroup.kill'), '1').catch(() => undefined); // before Linux 5.14: the tree's killer did it
      for (let attempt = 0; attempt < 50; attempt += 1) {
        const removed = await rmdir(group).then(
          () => true,
          () => false,
        );
        if (removed) return;
        await delay(20);
      }
    },
  };
}
