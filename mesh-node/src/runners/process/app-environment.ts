import { delimiter, join } from 'node:path';
import { paramVariable, type AttemptId, type ParamValues } from '@meshdeck/shared';

/** Where a virtual environment keeps its programs [PEP 405]. */
export const venvPrograms = (folder: string): string =>
  join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');

/**
 * ONNX Runtime reports to its maker from 1.29 on, and keeps an id of the machine below the user's home, wherever this is not
 * said before it is loaded (onnxruntime, docs/Privacy.md). On Windows it writes trace events of the system's instead.
 */
export const withoutTelemetry = { ORT_DISABLE_TELEMETRY: '1' };

/** What Windows programs cannot start without. */
const windowsNames = ['SystemRoot', 'SystemDrive', 'PATHEXT', 'COMSPEC', 'NUMBER_OF_PROCESSORS'];

function pick(source: NodeJS.ProcessEnv, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
    ),
  );
}

const windows = (source: NodeJS.ProcessEnv) =>
  process.platform === 'win32' ? pick(source, (name) => windowsNames.includes(name)) : {};

const paramVariables = (values: ParamValues): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [paramVariable(name), String(value)]));

/** Whom getpass and the like find in place of the machine's own users. */
const userName = 'job';

/** The whole environment of an app: where its files are, and nothing of the agent's. */
export function appEnvironment(job: {
  attemptId: AttemptId;
  temporary: string;
  workFolder: string;
  inputPath: string;
  inputFolder: string;
  outputFolder: string;
  paramsPath: string;
  params: { values: ParamValues };
  variables: Readonly<Record<string, string>>;
  /** A virtual environment that is active: its programs come before the machine's. */
  venv?: string | undefined;
}): Record<string, string> {
  const { temporary, venv } = job;
  const path = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  return {
    ...withoutTelemetry,
    ...job.variables,
    ...windows(process.env),
    PATH: venv === undefined ? path : `${venvPrograms(venv)}${delimiter}${path}`,
    ...(venv === undefined ? {} : { VIRTUAL_ENV: venv }),
    HOME: job.workFolder,
    USER: userName,
    LOGNAME: userName,
    LANG: 'C.UTF-8',
    TMPDIR: temporary,
    ...(process.platform === 'win32'
      ? { TEMP: temporary, TMP: temporary, USERPROFILE: job.workFolder, USERNAME: userName }
      : {}),
    MESHDECK_INPUT: job.inputPath,
    MESHDECK_INPUTS: job.inputFolder,
    MESHDECK_OUTPUT: job.outputFolder,
    MESHDECK_PARAMS: job.paramsPath,
    ...paramVariables(job.params.values),
    MESHDECK_ATTEMPT: job.attemptId,
  };
}

/** The whole environment of an installation: nothing of the agent's either, and no secret of this machine. */
export function installerEnvironment(installation: {
  attemptId: AttemptId;
  path: string;
  home: string;
  temporary: string;
}): Record<string, string> {
  const {
    MESHDECK_INPUT: _input,
    MESHDECK_INPUTS: _inputs,
    MESHDECK_PARAMS: _params,
    ...app
  } = appEnvironment({
    attemptId: installation.attemptId,
    temporary: installation.temporary,
    workFolder: installation.home,
    inputPath: '',
    inputFolder: '',
    outputFolder: installation.path,
    paramsPath: '',
    params: { values: {} },
    variables: {},
  });
  return app;
}

/** What every process of an attempt carries, and the way to find it again. */
export const attemptMarker = (attemptId: AttemptId) => `MESHDECK_ATTEMPT=${attemptId}`;
