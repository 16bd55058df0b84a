import type { Session } from 'electron';
import { proposedDownloadPath } from './download-name.js';
import { isTrustedAddress } from './navigation.js';

/** Copying an id is all the UI asks of the system; everything else (camera, location, USB, ...) is refused. */
const grantedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Refuses permissions by default, and sends every download through a save dialog. */
export function guardSession(parts: {
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'
  >;
  hubUrl: () => string | undefined;
  downloadsFolder: () => string;
}): void {
  const { session } = parts;
  const isGranted = (permission: string, address: string): boolean =>
    grantedPermissions.has(permission) && isTrustedAddress(address, parts.hubUrl());

  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(details.isMainFrame && isGranted(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => isGranted(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (_event, item) => {
    item.setSaveDialogOptions({
      defaultPath: proposedDownloadPath(parts.downloadsFolder(), item.getFilename()),
    });
  });
}
