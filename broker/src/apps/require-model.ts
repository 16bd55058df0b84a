import { MeshdeckError, type AppRuntime } from '@meshdeck/shared';

/** Meshdeck reads tables for models; an app's own program cannot be told how. @throws MeshdeckError `invalid-request` */
export function requireModel(name: string, runtime: AppRuntime | undefined): void {
  if (runtime === 'onnx') return;
  throw new MeshdeckError(
    'invalid-request',
    `${name} reads its table itself, so nothing can be said about how (header, delimiter, columns, output). Leave that out.`,
  );
}
