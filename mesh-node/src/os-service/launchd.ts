import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import type { ServiceManager, OsServiceSpec, Surroundings } from './service-manager.js';

const label = 'app.meshdeck.node';

const xml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const plain = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** The property list [launchd.plist(5)]: started at boot or login, and again whenever it ends with an error. */
export function launchdPlist({ node, program, dataFolder }: OsServiceSpec): string {
  const log = join(dataFolder, 'agent.log');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${label}</string>
  <key>ProgramArguments</key>
  <array>
${[node, program, '--data', dataFolder].map((word) => `    <string>${xml(word)}</string>`).join('\n')}
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><true/>
  <key>ThrottleInterval</key><integer>5</integer>
  <key>ExitTimeOut</key><integer>15</integer>
  <key>Umask</key><integer>63</integer>
  <key>StandardOutPath</key><string>${xml(log)}</string>
  <key>StandardErrorPath</key><string>${xml(log)}</string>
</dict>
</plist>
`;
}

/** launchd: a daemon for root, an agent of the user for everybody else. */
export function createLaunchd(around: Surroundings & { uid: number }): ServiceManager {
  const { isRoot, home } = around;
  const file = isRoot
    ? `/Library/LaunchDaemons/${label}.plist`
    : join(home, 'Library/LaunchAgents', `${label}.plist`);
  const domain = isRoot ? 'system' : `gui/${around.uid}`;
  return {
    name: 'launchd',
    async unusable() {
      const { code } = await around.run('launchctl', ['print', domain]);
      return code === 0
        ? undefined
        : 'launchd cannot be reached from here; run it in a session at the screen, or with sudo';
    },
    async install(spec) {
      await around.write(file, launchdPlist(spec), 0o644);
      await around.run('launchctl', ['bootout', `${domain}/${label}`]);
      const { code, output } = await around.run('launchctl', ['bootstrap', domain, file]);
      if (code !== 0) {
        throw new MeshdeckError('internal', `"launchctl bootstrap" failed with ${code}.`, { detail: output });
      }
      return isRoot ? undefined : 'It starts when you log in. With sudo it starts with the machine.';
    },
    async uninstall() {
      await around.run('launchctl', ['bootout', `${domain}/${label}`]);
      await around.remove(file);
    },
    async status() {
      const { code, output } = await around.run('launchctl', ['print', `${domain}/${label}`]);
      const running = code === 0 && /state = running/.test(output);
      return { installed: around.exists(file), running, where: `launchd, ${file}` };
    },
    async dataFolder() {
      const words = /<array>(.*?)<\/array>/s.exec((await around.read(file)) ?? '')?.[1] ?? '';
      const last = [...words.matchAll(/<string>(.*)<\/string>/g)].at(-1)?.[1];
      return last === undefined ? undefined : plain(last);
    },
  };
}
