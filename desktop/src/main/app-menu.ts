import type { MenuItemConstructorOptions } from 'electron';

const places = [
  { label: 'Machines', route: '/machines' },
  { label: 'Run', route: '/run' },
  { label: 'Jobs', route: '/jobs' },
  { label: 'Sensors', route: '/sensors' },
] as const;

/** The application menu: the system's own roles, and the places of the UI on Ctrl/Cmd+1 to 4. */
export function appMenu(
  seen: { platform: NodeJS.Platform; isPackaged: boolean },
  actions: { openRoute(route: string): void },
): MenuItemConstructorOptions[] {
  const isMac = seen.platform === 'darwin';
  const developer: MenuItemConstructorOptions[] = seen.isPackaged ? [] : [{ role: 'toggleDevTools' }];
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: [isMac ? { role: 'close' } : { role: 'quit', label: 'Quit Meshdeck' }] },
    { role: 'editMenu' },
    {
      label: '&Go',
      submenu: places.map((place, index) => ({
        label: place.label,
        accelerator: `CmdOrCtrl+${index + 1}`,
        click: () => actions.openRoute(place.route),
      })),
    },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...developer,
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
