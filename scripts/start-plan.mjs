// What `npm start` decides, apart from doing it: no process is started and nothing is printed here.
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/**
 * @typedef {object} Surroundings
 * @property {NodeJS.Platform} platform
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} isRoot
 */

/**
 * The Electron program inside the `electron` package, or undefined where its binary was not downloaded. Reads what the
 * package itself reads (`path.txt`, `ELECTRON_OVERRIDE_DIST_PATH`) but never imports it: that would start a download.
 *
 * @param {string} packageFolder folder of the `electron` package
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findElectronBinary(packageFolder, env) {
  const pathFile = join(packageFolder, 'path.txt');
  const relative = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override === undefined && relative === undefined) return undefined;
  const binary = join(override ?? join(packageFolder, 'dist'), relative ?? 'electron');
  return isProgram(binary) ? binary : undefined;
}

/**
 * Whether a window can be shown at all.
 *
 * @param {Pick<Surroundings, 'platform' | 'env'>} surroundings
 * @returns {boolean}
 */
export function hasDisplay({ platform, env }) {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

const browserNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
];

/**
 * Where browsers that know `--app=` are looked for, best first.
 *
 * @param {Pick<Surroundings, 'platform' | 'env'>} surroundings
 * @returns {string[]}
 */
export function browserCandidates({ platform, env }) {
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return roots.flatMap((root) => (root ? programs.map((program) => join(root, program)) : []));
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return browserNames.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * @param {Pick<Surroundings, 'platform' | 'env'>} surroundings
 * @returns {string | undefined}
 */
export function findBrowser(surroundings) {
  return browserCandidates(surroundings).find(isProgram);
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Arguments that open `link` as a window of its own. The profile folder keeps it apart from the person's browser.
 *
 * @param {{ link: string, profileFolder: string, isRoot: boolean }} parts
 * @returns {string[]}
 */
export function browserArguments({ link, profileFolder, isRoot }) {
  return [
    `--app=${link}`,
    `--user-data-dir=${profileFolder}`,
    '--no-first-run',
    '--no-default-browser-check',
    // Chromium refuses to sandbox for root.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/**
 * The browser profile of the app's own window: in the hub's data folder where one is named, else beside the usual one.
 *
 * @param {{ hubArguments: readonly string[], env: NodeJS.ProcessEnv, home: string }} parts
 * @returns {string}
 */
export function browserProfileFolder({ hubArguments, env, home }) {
  const index = hubArguments.findIndex((word) => word === '--data' || word.startsWith('--data='));
  const word = hubArguments[index];
  const named = word === '--data' ? hubArguments[index + 1] : word?.slice('--data='.length);
  return join(resolve(named || env['MESHDECK_DATA'] || join(home, '.meshdeck')), 'browser-window');
}

/**
 * Splits the arguments of `npm start -- ...`: what is its own, and what goes to the hub as it stands.
 *
 * @param {readonly string[]} args
 * @returns {{ mayOpen: boolean, hubArguments: string[] }}
 */
export function readStartArguments(args) {
  return { mayOpen: !args.includes('--no-open'), hubArguments: args.filter((word) => word !== '--no-open') };
}

/**
 * @typedef {{ kind: 'electron', program: string, args: string[] }
 *   | { kind: 'browser', program: string, why: string }
 *   | { kind: 'link', why: string }} Opening
 */

/**
 * How the UI is opened here, and in one clause why not better.
 *
 * @param {{ electron: string | undefined, browser: string | undefined, hasDisplay: boolean, mayOpen: boolean,
 *   isRoot: boolean, appFolder: string, hubArguments: readonly string[] }} found
 * @returns {Opening}
 */
export function planOpening(found) {
  if (!found.mayOpen) return { kind: 'link', why: 'As asked, nothing is opened' };
  if (found.electron !== undefined && found.hasDisplay) {
    const sandbox = found.isRoot ? ['--no-sandbox'] : [];
    return {
      kind: 'electron',
      program: found.electron,
      args: [...sandbox, found.appFolder, ...found.hubArguments],
    };
  }
  const missing = "Electron's binary is not installed here (npx install-electron fetches it)";
  if (!found.hasDisplay) {
    const noDisplay = 'there is no display to open a window on';
    const why = found.electron === undefined ? `${missing}, and ${noDisplay}` : `T${noDisplay.slice(1)}`;
    return { kind: 'link', why };
  }
  return found.browser === undefined
    ? { kind: 'link', why: missing }
    : { kind: 'browser', program: found.browser, why: missing };
}

/**
 * The one line that says where the UI is.
 *
 * @param {Exclude<Opening, { kind: 'electron' }>} opening
 * @param {string} link
 * @returns {string}
 */
export function openingLine(opening, link) {
  return opening.kind === 'browser'
    ? `${opening.why}, so Meshdeck opens in a browser instead: ${link}`
    : `${opening.why}; open Meshdeck in a browser: ${link}`;
}
