import { createIdentity } from '@meshdeck/shared/identity';
import { topicName } from '@meshdeck/shared';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openPeopleHub, originKey, shown } from '../http/fixtures/people-hub.js';
import { createMqttBroker } from '../mqtt/broker.js';
import { personPrincipal } from '../mqtt/principal.js';
import { revokeEndedSessions } from './session-revocation.js';
import { hashOf } from './secrets.js';

const told = (client: MqttClient, event: 'connect' | 'close') =>
  new Promise<void>((resolve) => client.once(event, () => resolve()));

const password = 'otter volcano spoon';
const from = { address: '127.0.0.1', program: 'test', originKeyHash: hashOf(originKey) };

async function openHub() {
  const identity = await createIdentity({ commonName: 'hub', now: new Date() });
  const owners = new Map<string, string>();
  const broker = await createMqttBroker({
    logger: pino({ level: 'silent' }),
    tls: { key: identity.privateKeyPem, cert: identity.certificatePem },
    membershipOf: () => 'none',
    ownerOfJob: (jobId) => owners.get(jobId),
    authenticateNode: () => null,
    authenticateSensor: async () => false,
    onConnect: () => undefined,
    onDisconnect: () => undefined,
    onMessage: () => undefined,
  });
  onTestFinished(() => broker.stop());
  const hub = await openPeopleHub({
    handleMqttSocket: (stream, person) => broker.handlePerson(stream, personPrincipal(person)),
  });
  const { people, access } = hub.services;
  onTestFinished(revokeEndedSessions({ people, broker }));
  const by = access.checkToken(access.token) ?? expect.fail();
  const { person } = await people.admin.create(
    { email: 'bob@example.org', name: 'Bob', role: 'user', password },
    by,
  );
  owners.set('b0bsj0bxyz', person.id);

  async function connect(headers: Record<string, string>): Promise<MqttClient> {
    const client = mqtt.connect(`ws://127.0.0.1:${hub.port}/mqtt`, {
      wsOptions: { headers: { origin: hub.origin, ...shown, ...headers } },
      reconnectPeriod: 0,
    });
    onTestFinished(() => client.endAsync(true).then(() => undefined));
    await told(client, 'connect');
    return client;
  }

  const signedIn = async () => {
    const { secret } = await people.signIn.withPassword({ email: 'bob@example.org', password }, from);
    return connect({ cookie: `${access.cookieName}=${secret}` });
  };
  return { ...hub, people, by, person, broker, connect, signedIn };
}

it("lets a person hear their own jobs and not everybody's", async () => {
  const { signedIn, person } = await openHub();
  const client = await signedIn();
  const granted = async (topic: string) =>
    client.subscribeAsync(topic).then(
      ([answer]) => answer?.qos ?? 128,
      () => 128,
    );
  expect(await granted(topicName('live/own-jobs/{personId}', { personId: person.id }))).toBe(0);
  expect(await granted(topicName('live/jobs/{jobId}/logs', { jobId: 'b0bsj0bxyz' }))).toBe(0);
  expect(await granted(topicName('live/nodes', {}))).toBe(0);
  expect(await granted(topicName('live/jobs', {}))).toBe(128);
  expect(await granted(topicName('live/own-jobs/{personId}', { personId: 'somebody' }))).toBe(128);
  expect(await granted(topicName('live/jobs/{jobId}/logs', { jobId: 'evesj0bxyz' }))).toBe(128);
  expect(await granted('#')).toBe(128);
});

it.each<[string, (hub: Awaited<ReturnType<typeof openHub>>) => Promise<unknown>]>([
  ['signs out everywhere', ({ people, person }) => people.admin.signOutEverywhere(person.id)],
  [
    'changed the password elsewhere',
    ({ people, person }) =>
      people.account.changePassword(
        { ...person, via: 'session', sessionId: null, keyId: null, scopes: null },
        { current: password, password: 'lantern giraffe cement' },
        '127.0.0.1',
      ),
  ],
  ['is disabled', ({ people, person }) => people.admin.patch(person.id, { state: 'disabled' })],
  ['gets another role', ({ people, person }) => people.admin.patch(person.id, { role: 'operator' })],
  ['is removed', ({ people, person }) => people.admin.remove(person.id)],
])('ends the live connection of a person who %s, at once', async (_what, act) => {
  const hub = await openHub();
  const client = await hub.signedIn();
  await Promise.all([told(client, 'close'), act(hub)]);
  expect(client.connected).toBe(false);
});

it('ends the live connection of a key that is revoked, and no other', async () => {
  const { people, by, connect, signedIn } = await openHub();
  const { id, key } = await people.keys.create(by, { name: 'x', scopes: ['read'], ttlSeconds: 600 });
  const [byKey, other] = [await connect({ authorization: `Bearer ${key}` }), await signedIn()];
  await Promise.all([told(byKey, 'close'), people.keys.revoke(id)]);
  expect(other.connected).toBe(true);
});
