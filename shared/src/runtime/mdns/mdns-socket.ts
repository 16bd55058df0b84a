interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isEmitter(value: unknown): value is Emitter {
  return typeof property(value, 'on') === 'function';
}

/**
 * Hears the errors of a responder's socket, such as EADDRINUSE or EACCES on port 5353. bonjour-service keeps its socket
 * (`server.mdns`) to itself, and an error there that nobody hears would end the process.
 */
export function onMdnsSocketError(responder: unknown, listener: (error: unknown) => void): void {
  const socket = property(property(responder, 'server'), 'mdns');
  if (isEmitter(socket)) socket.on('error', listener);
}
