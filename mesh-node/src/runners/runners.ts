import type { Logger } from 'pino';
import type { Cache } from '../cache/cache.js';
import { createNodeRunner } from './node.js';
import { createOnnxAppRunner } from './onnx.js';
import { createOnnxRunner } from './onnx/onnx-runner.js';
import { createPythonRunner, type PythonOptions } from './python.js';
import type { Runners } from './runner.js';

/** What an ONNX runner process needs of the agent's environment: nothing but a place to look programs up. */
const onnxEnvironment = () => ({ PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' });

/** A runner for every runtime; what they need is started with the first job that needs it. */
export function createRunners(options: {
  cache: Cache;
  findPython: PythonOptions['findPython'];
  slots: number;
  onnxRunnerPath: string | undefined;
  /** Other models are loaded now. */
  onLoaded: () => void;
  logger: Logger;
}): { byRuntime: Runners; loadedModels: () => Set<string>; stop: () => Promise<void> } {
  const { cache, findPython, logger } = options;
  const onnx = createOnnxRunner({
    logger,
    maxProcesses: Math.max(1, options.slots),
    env: onnxEnvironment(),
    onLoaded: options.onLoaded,
    ...(options.onnxRunnerPath === undefined ? {} : { modulePath: options.onnxRunnerPath }),
  });
  return {
    byRuntime: {
      onnx: createOnnxAppRunner({ onnx }),
      python: createPythonRunner({ cache, findPython }),
      node: createNodeRunner({ cache }),
    },
    loadedModels: onnx.loaded,
    stop: onnx.stop,
  };
}
