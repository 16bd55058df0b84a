import { cleanJson } from '@meshdeck/shared';
import { pino, type Logger } from 'pino';

/** An error in a log line: what and why; where only for whoever debugs. */
function describe(error: unknown, withStack: boolean): unknown {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return {
    message,
    ...('code' in error ? { code: error.code } : {}),
    ...(cause === undefined ? {} : { cause: describe(cause, withStack) }),
    ...(withStack ? { stack: error.stack } : {}),
  };
}

/** JSON lines on stderr, harmless to a terminal; `level` is `MESHDECK_LOG_LEVEL`, `info` where it is not set. */
export function createStderrLogger(level = process.env['MESHDECK_LOG_LEVEL'] ?? 'info'): Logger {
  const known = level in pino.levels.values ? level : 'info';
  const withStack = known === 'debug' || known === 'trace';
  const stderr = pino.destination({ dest: 2, sync: true });
  return pino(
    { name: 'meshdeck-node', level: known, serializers: { error: (error) => describe(error, withStack) } },
    { write: (line) => void stderr.write(cleanJson(line)) },
  );
}
