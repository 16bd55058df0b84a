import { join } from 'node:path';

/** What Windows programs cannot start without. */
const windowsNames = ['SystemRoot', 'SystemDrive', 'PATHEXT', 'COMSPEC', 'NUMBER_OF_PROCESSORS'];
/** How this machine reaches package registries; for the installers only, never for the app. */
const installerNames =
  /^(https?_proxy|no_proxy|all_proxy|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|PIP_\w+|npm_config_\w+)$/i;

function pick(source: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
    ),
  );
}

const windows = (source: NodeJS.ProcessEnv) =>
  process.platform === 'win32' ? pick(source, (name) => windowsNames.includes(name)) : {};

/** The whole environment of an app: where its files are, and nothing of the agent's. */
export function appEnvironment(job: {
  attemptId: string;
  folder: string;
  workFolder: string;
  inputPath: string;
  outputFolder: string;
}): Record<string, string> {
  const temporary = join(job.folder, 'tmp');
  return {
    ...windows(process.env),
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: job.workFolder,
    LANG: 'C.UTF-8',
    TMPDIR: temporary,
    ...(process.platform === 'win32' ? { TEMP: temporary, TMP: temporary, USERPROFILE: job.workFolder } : {}),
    MESHDECK_INPUT: job.inputPath,
    MESHDECK_OUTPUT: job.outputFolder,
    MESHDECK_ATTEMPT: job.attemptId,
  };
}

/** The environment in which an app's requirements are installed: package registries, and no table. */
export function installerEnvironment(
  job: Omit<Parameters<typeof appEnvironment>[0], 'inputPath'>,
): Record<string, string> {
  const { MESHDECK_INPUT: _none, ...app } = appEnvironment({ ...job, inputPath: '' });
  return { ...pick(process.env, (name) => installerNames.test(name)), ...app };
}

/** What every process of an attempt carries, and the way to find it again. */
export const attemptMarker = (attemptId: string) => `MESHDECK_ATTEMPT=${attemptId}`;
