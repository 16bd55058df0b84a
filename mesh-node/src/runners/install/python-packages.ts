import { cp, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGateway, type Gateway } from '../../packages/gateway.js';
import { readPipSettings } from '../../packages/pip-settings.js';
import type { RequirementLine } from '../../packages/requirement-line.js';
import { isWheel } from '../../packages/requirement-line.js';
import { readRequirements, type Requirements } from '../../packages/requirements-file.js';
import { makeScratch, type EnvironmentJob, type Installing, type Scratch } from '../environments.js';
import { installationFailed } from './complaint.js';
import { networkFor } from './installer-network.js';
import { venvPrograms } from '../process/app-environment.js';
import { beginInstallation, finishInstallation, runInstaller } from './run-installer.js';

const file = 'requirements.txt';

export const venvPython = (folder: string): string =>
  join(venvPrograms(folder), process.platform === 'win32' ? 'python.exe' : 'python');

/** Lays what the app brings along of its packages into the scratch folder: these files, and nothing else of the app. */
async function layFiles(options: {
  job: EnvironmentJob;
  scratch: Scratch;
  requirements: Requirements;
  sourceBuilds: boolean;
}): Promise<{ filePath: (path: string) => string; folders: string[] }> {
  const { job, scratch, requirements, sourceBuilds } = options;
  const laid = new Map<string, string>();
  for (const line of [...requirements.lines, ...requirements.constraints]) {
    if (line.kind !== 'file' || laid.has(line.path)) continue;
    const place = join('files', String(laid.size), basename(join(job.bundleFolder, line.path)));
    await cp(join(job.bundleFolder, line.path), join(scratch.path, place), { recursive: true });
    laid.set(line.path, `./${place}`);
  }
  const folders: string[] = [];
  for (const [index, folder] of requirements.links.folders.entries()) {
    const source = join(job.bundleFolder, folder);
    const place = join(scratch.path, 'links', String(index));
    await mkdir(place, { recursive: true });
    for (const name of await readdir(source)) {
      const isPackage = isWheel(name) || (sourceBuilds && /\.(?:tar\.gz|zip)$/i.test(name));
      if (isPackage && (await lstat(join(source, name))).isFile())
        await cp(join(source, name), join(place, name));
    }
    folders.push(place);
  }
  return { filePath: (path) => laid.get(path) ?? path, folders };
}

function writeLine(
  line: RequirementLine,
  filePath: (path: string) => string,
  fetched: (url: string) => string,
): string {
  switch (line.kind) {
    case 'name':
      return line.text;
    case 'file':
      return `${filePath(line.path)}${line.extras}${line.tail}`;
    case 'url':
      return `${line.head}${fetched(line.url)}${line.tail}`;
  }
}

/** Where the app's packages are looked for: by this machine's settings, and by what the app names. */
async function openGateway(
  requirements: Requirements,
  installing: Installing,
  signal: AbortSignal,
): Promise<{ gateway: Gateway; constraints: string[] }> {
  const machine = await readPipSettings();
  const { instead, also, none } = requirements.indexes;
  const byApp = (text: string) => ({ url: new URL(text), byApp: true });
  const indexes = [...(instead === null ? machine.indexes : [byApp(instead)]), ...also.map(byApp)];
  const gateway = createGateway({
    python: {
      indexes: none ? [] : indexes,
      links: [...machine.links, ...requirements.links.pages.map(byApp)],
    },
    registryFor: () => new URL('https://registry.npmjs.org/'),
    sourceBuilds: installing.sourceBuilds,
    settings: machine.settings,
    appSettings: machine.appSettings,
    signal,
  });
  return { gateway, constraints: machine.constraints };
}

/**
 * Makes a venv at `target` with what the app's requirements.txt asks for, over the packages the machine has anyway.
 * @throws MeshdeckError `app-invalid`, `requirements-failed`
 */
export async function installPythonPackages(options: {
  job: EnvironmentJob;
  installing: Installing;
  target: string;
  python: string;
  /** Python's own files. */
  reads: readonly string[];
}): Promise<void> {
  const { job, installing, target, python, reads } = options;
  const { sourceBuilds, sandbox } = installing;
  const requirements = await readRequirements(job.bundleFolder, file, { sourceBuilds });
  const { gateway, constraints } = await openGateway(requirements, installing, job.signal);
  try {
    const scratch = await makeScratch(job);
    const { filePath, folders } = await layFiles({ job, scratch, requirements, sourceBuilds });
    const { network, address, origin } = await networkFor(gateway, sandbox);
    const fetched = (url: string) => origin + gateway.pathFor(url);
    const write = async (name: string, lines: string[]) => {
      await writeFile(join(scratch.path, name), `${lines.join('\n')}\n`);
      return join(scratch.path, name);
    };
    const list = await write(
      file,
      requirements.lines.map((line) => writeLine(line, filePath, fetched)),
    );
    const pins = await write('constraints.txt', [
      ...requirements.constraints.map((line) => writeLine(line, filePath, fetched)),
      ...constraints,
    ]);
    await mkdir(target, { mode: 0o700 });
    const installation = await beginInstallation({
      job,
      installing,
      scratch,
      target,
      reads,
      conceal: address,
    });
    const failed = (tail: string) =>
      installationFailed({ file, tail, findings: gateway.findings, sourceBuilds });
    const made = await runInstaller(installation, {
      command: python,
      args: ['-I', '-m', 'venv', '--system-site-packages', target],
      network: 'none',
    });
    if (made !== null) throw failed(made);
    const tail = await runInstaller(installation, {
      command: venvPython(target),
      args: [
        ...['-I', '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-cache-dir'],
        ...['--progress-bar', 'off', '--retries', '1'],
        ...(sourceBuilds ? [] : ['--only-binary', ':all:']),
        ...folders.flatMap((folder) => ['--find-links', folder]),
        ...requirements.options,
        ...['-c', pins, '-r', list],
      ],
      network,
      // Not on the command line, which others on this machine can read where there are no walls.
      env: {
        PIP_CONFIG_FILE: process.platform === 'win32' ? 'nul' : '/dev/null',
        PIP_INDEX_URL: `${address}/simple/`,
      },
    });
    if (tail !== null) throw failed(tail);
    await finishInstallation(installation);
  } finally {
    gateway.close();
  }
}
