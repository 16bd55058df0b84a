import type { AppRuntime } from '@meshdeck/shared';

export const runtimeLabels: Record<AppRuntime, string> = {
  onnx: 'ONNX model',
  python: 'Python',
  node: 'Node',
};
