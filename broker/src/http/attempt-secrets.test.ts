import fastify from 'fastify';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { agentFeatures } from '@meshdeck/shared';
import { ada, openJobRoom } from '../jobs/fixtures/job-room.js';
import { idleMachine } from '../jobs/fixtures/machines.js';
import { compilers } from './compilers.js';
import type { AgentApp } from './fastify.js';
import { errorAnswers } from './problems.js';
import { attemptSecretRoutes } from './routes/attempt-secrets.js';

/** A job with a secret on one of two machines, and their door. */
async function open() {
  const features = [agentFeatures.environment];
  const room = await openJobRoom({ machines: [idleMachine('one', { at: 1_000_000, features })] });
  const app = await room.push();
  const job = await room.api.create(
    room.request(app, await room.table('x\n1\n'), { secrets: ['TOKEN'], env: { MODE: 'fast' } }),
    ada,
  );
  const order = await vi.waitFor(() => {
    const run = room.runs()[0];
    if (run === undefined) throw new Error('no order yet');
    return run;
  });
  const door = fastify() as unknown as AgentApp;
  door.setValidatorCompiler(compilers.validatorCompiler).setSerializerCompiler(compilers.serializerCompiler);
  door.setErrorHandler(errorAnswers(pino({ level: 'silent' })));
  door.addHook('onRequest', async (request) => {
    request.peer = { fingerprint: String(request.headers['x-key']), address: '' };
  });
  attemptSecretRoutes(door, {
    secrets: {
      open: (secrets) => Object.fromEntries(secrets.map(({ name, space }) => [name, `of ${space}`])),
    },
    job: room.repository.find,
    fingerprintOf: (nodeId) => `key of ${nodeId}`,
  });
  onTestFinished(() => void door.close());
  const ask = (key: string) =>
    door.inject({ url: `/agent/v1/attempts/${order.attemptId}/secrets`, headers: { 'x-key': key } });
  return { ...room, job, order, ask };
}

it("gives an attempt's secrets to its own machine, while it lasts", async () => {
  const { ask, order, done } = await open();
  expect(order).toMatchObject({ secrets: ['TOKEN'], env: { MODE: 'fast' } });
  expect(JSON.stringify(order)).not.toContain('of ada');
  const answer = await ask('key of one');
  expect(answer.json()).toEqual({ values: { TOKEN: 'of ada' } });
  expect(answer.headers['cache-control']).toBe('no-store');
  expect((await ask('key of two')).statusCode).toBe(404);
  await done(order, 'x,prediction\n1,2\n');
  expect((await ask('key of one')).statusCode).toBe(404);
});

it('keeps names with the job and values nowhere', async () => {
  const { api, job } = await open();
  const told = JSON.stringify([
    await api.get(job.id),
    await api.provenance(job.id).then((one) => one.provenance),
  ]);
  expect(told).toContain('"secrets":["TOKEN"]');
  expect(told).not.toContain('of ada');
});
