import type { AppRuntime } from '@meshdeck/shared';

export const runtimeWords: Record<AppRuntime, string> = {
  onnx: 'ONNX model',
  python: 'Python',
  node: 'Node',
};
