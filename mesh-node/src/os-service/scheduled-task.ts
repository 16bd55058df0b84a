import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import type { ServiceManager, OsServiceSpec, Surroundings } from './service-manager.js';

const taskName = 'Meshdeck agent';

const xml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** An argument as Windows programs split their command line. */
const quoted = (word: string) => `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;

/**
 * The task [Task Scheduler schema]: at boot as SYSTEM where it is installed by an administrator, else when that user
 * logs on; without a time limit, and again a minute after it ended with an error.
 */
export function scheduledTask(
  { node, program, dataFolder }: OsServiceSpec,
  who: { isRoot: boolean; userName: string },
): string {
  const user = xml(who.userName);
  const trigger = who.isRoot
    ? '<BootTrigger><Enabled>true</Enabled></BootTrigger>'
    : `<LogonTrigger><Enabled>true</Enabled><UserId>${user}</UserId></LogonTrigger>`;
  const principal = who.isRoot
    ? '<UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel>'
    : `<UserId>${user}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>`;
  const words = [program, '--data', dataFolder].map(quoted).join(' ');
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Meshdeck agent: runs jobs for its hub</Description></RegistrationInfo>
  <Triggers>${trigger}</Triggers>
  <Principals><Principal id="Author">${principal}</Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
    <Hidden>true</Hidden>
  </Settings>
  <Actions Context="Author"><Exec><Command>${xml(node)}</Command><Arguments>${xml(words)}</Arguments></Exec></Actions>
</Task>
`;
}

/** Windows' Task Scheduler: no program of another maker is needed, as a true Windows service would ask for. */
export function createScheduledTask(around: Surroundings): ServiceManager {
  const schtasks = (...args: string[]) => around.run('schtasks.exe', args);
  return {
    name: 'Task Scheduler',
    unusable: async () => undefined,
    async install(spec) {
      const file = join(spec.dataFolder, 'task.xml');
      // schtasks reads UTF-16 with a byte order mark.
      await around.write(file, `\ufeff${scheduledTask(spec, around)}`, 0o600);
      await schtasks('/End', '/TN', taskName);
      const { code, output } = await schtasks('/Create', '/F', '/TN', taskName, '/XML', file);
      if (code !== 0)
        throw new MeshdeckError('internal', `"schtasks /Create" failed with ${code}.`, { detail: output });
      await schtasks('/Run', '/TN', taskName);
      return around.isRoot
        ? undefined
        : 'It starts when you log on. As an administrator it starts with the machine.';
    },
    async uninstall() {
      await schtasks('/End', '/TN', taskName);
      await schtasks('/Delete', '/F', '/TN', taskName);
    },
    async status() {
      const { code, output } = await schtasks('/Query', '/TN', taskName, '/FO', 'CSV', '/NH');
      return {
        installed: code === 0,
        running: code === 0 && /"Running"\s*$/m.test(output),
        where: `Task Scheduler, "${taskName}"`,
      };
    },
    // What a task runs is not told in a form that can be read with certainty.
    dataFolder: async () => undefined,
  };
}
