import { withoutTelemetry } from '../process/app-environment.js';

/** What an ONNX runner process needs of the agent's environment: a place to look programs up. */
export const onnxEnvironment = (): Record<string, string> => ({
  ...withoutTelemetry,
  PATH: process.env['PATH'] ?? '',
  LANG: 'C.UTF-8',
});
