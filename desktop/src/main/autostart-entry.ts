import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface LoginItem {
  isEnabled(): Promise<boolean>;
  set(enabled: boolean): Promise<void>;
}

/** Quotes one argument of an Exec line [Desktop Entry Specification, "The Exec key"]; `%` starts a field code there. */
function quoteExecArgument(argument: string): string {
  const escaped = argument.replace(/[\\"`$]/g, (sign) => `\\${sign}`).replaceAll('%', '%%');
  // The value is unescaped once as a string before the quoting rule applies, so backslashes double.
  return `"${escaped.replaceAll('\\', '\\\\')}"`;
}

/**
 * Start at login on Linux, where Electron offers nothing: a desktop entry in the autostart folder
 * [Desktop Application Autostart Specification].
 */
export function createAutostartEntry(parts: { configFolder: string; command: readonly string[] }): LoginItem {
  const file = join(parts.configFolder, 'autostart', 'meshdeck.desktop');
  const entry = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Meshdeck',
    `Exec=${parts.command.map(quoteExecArgument).join(' ')}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');

  return {
    async isEnabled() {
      try {
        return !/^(Hidden=true|X-GNOME-Autostart-enabled=false)$/m.test(await readFile(file, 'utf8'));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
        throw error;
      }
    },
    async set(enabled) {
      if (!enabled) return rm(file, { force: true });
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, entry);
    },
  };
}
