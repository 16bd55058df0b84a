import type { AppRuntime } from '@meshdeck/shared';

export const runtimeLabels: Record<AppRuntime, string> = {
  onnx: 'ONNX model',
  python: 'Python',
  node: 'Node',
  notebook: 'Notebook',
  shell: 'Shell',
  r: 'R',
  julia: 'Julia',
};
