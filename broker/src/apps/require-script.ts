import { MeshdeckError, type AppRuntime } from '@meshdeck/shared';

/** A model is no program: it has nobody who could take them. @throws MeshdeckError `invalid-request` */
export function requireScript(name: string, runtime: AppRuntime, what: string): void {
  if (runtime !== 'onnx') return;
  throw new MeshdeckError(
    'invalid-request',
    `${name} is a model, which takes no ${what}: leave them out, or run a Python or Node app.`,
  );
}
