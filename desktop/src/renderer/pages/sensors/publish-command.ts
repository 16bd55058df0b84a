import type { SensorCredential } from '@meshdeck/shared';

/** One word for a POSIX shell. */
const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** A line that sends one reading with Mosquitto's client, ready to paste. */
export function publishCommand(credential: SensorCredential): string {
  const { sensor, username, password, brokerUrl } = credential;
  const url = new URL(brokerUrl.replace(/^mqtt/, 'http'));
  const key = Object.keys(sensor.units)[0] ?? 'temperature';
  const words = ['mosquitto_pub', '-h', url.hostname, '-p', url.port === '' ? '1883' : url.port];
  words.push('-u', username, '-P', password, '-t', sensor.topic, '-m', JSON.stringify({ [key]: 21.5 }));
  return words.map(quote).join(' ');
}
