import { amqpBlockedProblem, amqpProblem, type AmqpPlace } from './problem.js';

/** What is asked here of a client's connection, which reconnects by itself. */
export interface AmqpConnection {
  /** Connected and not blocked. */
  readonly ready: boolean;
  on(name: 'connection' | 'connection.unblocked', listener: () => void): unknown;
  on(name: 'connection.blocked', listener: (reason: string) => void): unknown;
  on(name: 'error', listener: (error: unknown) => void): unknown;
}

/** How one connection stands; `problem` is the sentence for people, null while all is well. */
export interface AmqpLink {
  state(): 'connecting' | 'open' | 'blocked';
  problem(): string | null;
  /** A look from outside found why it does not connect. */
  found(error: unknown): void;
}

/** Follows a connection. `changed` is called after every change; `dropped` only as a connection ends. */
export function watchAmqpLink(options: {
  connection: AmqpConnection;
  place: AmqpPlace;
  opened: () => void;
  dropped: (error: unknown) => void;
  changed: () => void;
}): AmqpLink {
  const { connection, place } = options;
  let state: ReturnType<AmqpLink['state']> = 'connecting';
  let problem: string | null = `RabbitMQ at ${place.address} has not answered yet.`;

  function drop(error: unknown): void {
    const before = state;
    state = 'connecting';
    problem = amqpProblem(error, place);
    if (before !== 'connecting') options.dropped(error);
    options.changed();
  }

  connection.on('connection', () => {
    // Blocked and gone before it could be told: the old connection's end is told now.
    if (state !== 'connecting') options.dropped(null);
    state = 'open';
    problem = null;
    options.opened();
    options.changed();
  });
  connection.on('connection.blocked', (reason) => {
    state = 'blocked';
    problem = amqpBlockedProblem(reason, place);
    options.changed();
  });
  connection.on('connection.unblocked', () => {
    state = 'open';
    problem = null;
    options.changed();
  });
  connection.on('error', (error) => {
    // A channel's error leaves the connection as it is: whoever used the channel hears of it, too.
    if (!connection.ready && state !== 'blocked') drop(error);
  });

  return {
    state: () => state,
    problem: () => problem,
    found(error) {
      if (state !== 'open') drop(error);
    },
  };
}
