const withValue = new Set([
  '--data',
  '--host',
  '--port',
  '--tls-port',
  '--mqtt-port',
  '--sensor-port',
  '--https-port',
  '--https-names',
  '--https-certificate',
  '--https-key',
  '--lan-host',
  '--interface',
  '--name',
  '--upload-limit-bytes',
  '--retention-days',
  '--log-level',
  '--config',
  '--amqp',
]);
const withoutValue = new Set(['--no-mdns', '--no-https']);

/**
 * Picks what is meant for the hub out of the app's own command line and leaves Chromium's switches, deep links and
 * the app's path. The hub itself says what is wrong with a value.
 */
export function pickHubArguments(argv: readonly string[]): string[] {
  const picked: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const [name = '', ...rest] = argument.split('=');
    if (withoutValue.has(argument)) picked.push(argument);
    else if (withValue.has(name) && rest.length > 0) picked.push(argument);
    else if (withValue.has(argument)) {
      const value = argv[index + 1];
      picked.push(argument);
      if (value !== undefined) picked.push(value);
      index += 1;
    }
  }
  return picked;
}
