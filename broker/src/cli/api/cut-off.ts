/** Errors of a connection that was taken and then ended, or to which nobody said anything: something listens there. */
const cutOff = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a hub is there and did not answer, as one does that may open no more files and connections. */
export function isCutOff(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && cutOff.has(String(at.code))) return true;
  }
  return false;
}
