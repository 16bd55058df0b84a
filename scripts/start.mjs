// `npm start`: the desktop app where Electron's binary is, the same UI in a browser where it is not.
//   npm start -- [--no-open] [options of `meshdeck hub`]
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { startHub } from './start-hub.mjs';
import {
  browserArguments,
  browserProfileFolder,
  findBrowser,
  findElectronBinary,
  hasDisplay,
  openingLine,
  planOpening,
  readStartArguments,
} from './start-plan.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const surroundings = { platform: process.platform, env: process.env, isRoot: process.getuid?.() === 0 };
const { mayOpen, hubArguments } = readStartArguments(process.argv.slice(2));

await ensureBuilt();

// Looked for only now: a fresh checkout has just been given its packages.
const electronPackage = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

const opening = planOpening({
  electron: findElectronBinary(electronPackage, process.env),
  browser: findBrowser(surroundings),
  hasDisplay: hasDisplay(surroundings),
  mayOpen,
  isRoot: surroundings.isRoot,
  appFolder: root,
  hubArguments,
});
if (opening.kind === 'electron') runElectron(opening);
else await runHub(opening);

/** @param {{ program: string, args: string[] }} app */
function runElectron({ program, args }) {
  const app = spawn(program, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => app.kill(signal));
  app.once('error', (error) => {
    console.error(`Electron could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  app.once('exit', (code) => process.exit(code ?? 1));
}

/** @param {import('./start-plan.mjs').Opening} how */
async function runHub(how) {
  let isStopping = false;
  let closeBrowser = async () => {};
  const hub = startHub({
    script: join(root, 'broker', 'bin', 'meshdeck.mjs'),
    args: hubArguments,
    onExit: (code) => {
      if (isStopping) return;
      isStopping = true;
      console.error(`The hub ended with exit code ${code}.`);
      void closeBrowser().then(() => process.exit(code === 0 ? 1 : code));
    },
  });
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await Promise.all([hub.stop(), closeBrowser()]);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());

  // A hub that ends first is told of by onExit.
  const ready = await hub.ready.catch(() => undefined);
  if (ready === undefined || isStopping) return;
  const link = ready.uiLink ?? ready.url;
  console.log(openingLine(how, link));
  if (how.kind === 'browser') closeBrowser = openBrowser(how.program, link);
}

/**
 * @param {string} program
 * @param {string} link
 */
function openBrowser(program, link) {
  const profileFolder = browserProfileFolder({ hubArguments, env: process.env, home: homedir() });
  const args = browserArguments({ link, profileFolder, isRoot: surroundings.isRoot });
  const browser = spawn(program, args, { stdio: 'ignore' });
  const closed = new Promise((resolve) => {
    browser.once('error', resolve);
    browser.once('exit', resolve);
  });
  let mayRemark = true;
  void closed.then(() => {
    if (mayRemark) console.log('The window is closed; the hub runs on. Ctrl-C stops it.');
  });
  return async () => {
    mayRemark = false;
    browser.kill('SIGTERM');
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  };
}
