import { join } from 'node:path';

const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A file name that can only be a name: no folders, no control characters, nothing a system would refuse. */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(-120);
  return clean === '' || reservedOnWindows.test(clean) ? `download-${clean || 'file'}` : clean;
}

/** Where the save dialog starts: the name the hub gave, in the person's downloads folder. */
export function proposedDownloadPath(downloadsFolder: string, name: string): string {
  return join(downloadsFolder, safeFileName(name));
}
