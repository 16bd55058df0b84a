import { app, protocol } from 'electron';
import { pino } from 'pino';
import { deepLinkScheme, findDeepLink, parseDeepLink } from './deep-link.js';
import { type Desktop, startDesktop } from './desktop.js';
import type { Route } from './route.js';
import { shellScheme } from './shell-page-address.js';

const log = pino(
  { name: 'desktop', level: process.env['MESHDECK_LOG_LEVEL'] ?? 'info' },
  pino.destination(2),
);

// Everything here has to happen before Electron is ready.
if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  app.setAppUserModelId('app.meshdeck.desktop');
  protocol.registerSchemesAsPrivileged([
    { scheme: shellScheme, privileges: { standard: true, secure: true } },
  ]);
  // In a checkout this would register Electron itself as the opener of links.
  if (app.isPackaged) app.setAsDefaultProtocolClient(deepLinkScheme);

  let desktop: Desktop | undefined;
  // macOS hands over the link that started the app before it is ready.
  let earlyRoute = findDeepLink(process.argv);
  const openLink = (route: Route | undefined): void => {
    if (desktop === undefined) earlyRoute = route ?? earlyRoute;
    else desktop.open(route);
  };
  app.on('open-url', (event, link) => {
    event.preventDefault();
    openLink(parseDeepLink(link));
  });
  app.on('second-instance', (_event, argv) => openLink(findDeepLink(argv)));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());

  app
    .whenReady()
    .then(() => {
      desktop = startDesktop({ argv: process.argv.slice(1), log });
      if (earlyRoute !== undefined) desktop.open(earlyRoute);
    })
    .catch((error: unknown) => {
      log.fatal({ err: error }, 'Meshdeck could not start');
      app.exit(1);
    });
} else {
  app.quit();
}
