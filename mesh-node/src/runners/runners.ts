import type { FastPaths } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import type { Installing } from './environments.js';
import { createNodeRunner } from './node.js';
import { createOnnxAppRunner } from './onnx.js';
import { wrapModelProcess, type ModelFolders } from '../sandbox/model-cell.js';
import { runnerFiles } from '../sandbox/runner-files.js';
import { onnxEnvironment } from './onnx/onnx-environment.js';
import { createOnnxRunner, onnxRunnerModule } from './onnx/onnx-runner.js';
import { startNotebook } from './notebook.js';
import { createProgramRunner } from './program.js';
import { createPythonRunner, startPythonScript } from './python.js';
import type { PythonOptions } from './python-environment.js';
import type { ProgramFinders } from '../inventory/index.js';
import type { Runners } from './runner.js';

/** A runner for every runtime; what they need is started with the first job that needs it. */
export function createRunners(options: {
  installing: Installing;
  findPython: PythonOptions['findPython'];
  findPrograms: ProgramFinders;
  folders: ModelFolders;
  slots: number;
  fastPaths: FastPaths;
  onnxRunnerPath: string | undefined;
  /** Other models are loaded now. */
  onLoaded: () => void;
  logger: Logger;
}): { byRuntime: Runners; loadedModels: () => Set<string>; stop: () => Promise<void> } {
  const { installing, findPython, findPrograms, logger } = options;
  const { sandbox } = installing;
  const onnx = createOnnxRunner({
    logger,
    maxProcesses: Math.max(1, options.slots),
    env: onnxEnvironment(),
    smallTogether: options.fastPaths['small-runs'],
    onLoaded: options.onLoaded,
    wrapCommand: (command, args) =>
      wrapModelProcess(sandbox, options.folders, {
        command,
        args,
        reads: runnerFiles(options.onnxRunnerPath ?? onnxRunnerModule),
      }),
    ...(options.onnxRunnerPath === undefined ? {} : { modulePath: options.onnxRunnerPath }),
  });
  return {
    byRuntime: {
      onnx: createOnnxAppRunner({ onnx, inMemory: options.fastPaths['tables-in-memory'] }),
      python: createPythonRunner({ installing, findPython }, startPythonScript),
      node: createNodeRunner({ installing }),
      notebook: createPythonRunner({ installing, findPython }, startNotebook),
      shell: createProgramRunner('shell', { sandbox, findPrograms }),
      r: createProgramRunner('r', { sandbox, findPrograms }),
      julia: createProgramRunner('julia', { sandbox, findPrograms }),
    },
    loadedModels: onnx.loaded,
    stop: onnx.stop,
  };
}
