import type { AuditEntry } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { AuditLog } from '../audit/index.js';
import { permissions } from '../users/permissions.js';
import type { Person } from '../users/types.js';
import type { PeopleApp } from './fastify.js';
import { actionOf } from './route-access.js';

/** Refusals of strangers that one address can put into the audit in a minute: it must not become a way to fill the disk. */
const strangersPerMinute = 60;

/** Who it was, with the little that the audit keeps. */
export function actorOf(person: Person | null): AuditEntry['actor'] {
  if (person === null) return null;
  const { id, name, role, via, keyId } = person;
  return { id, name, role, via, key: keyId };
}

function outcomeOf(status: number): AuditEntry['outcome'] {
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
}

/** What a call was about: named by its handler, else by its path, else by the answer. */
function targetOf(request: FastifyRequest): string | null {
  if (request.auditTarget !== null) return request.auditTarget;
  const params = Object.values((request.params ?? {}) as Record<string, string>);
  return params[0] ?? null;
}

function nameIn(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const found = ['id', 'email', 'name'].map((key) => (payload as Record<string, unknown>)[key]);
  return found.find((value): value is string => typeof value === 'string') ?? null;
}

/** Writes down every call that changes something or was refused: one hook, whatever the route. */
export function keepAudit(app: PeopleApp, audit: AuditLog): void {
  const strangers = new RateLimiterMemory({ points: strangersPerMinute, duration: 60 });

  // With callbacks: two promises less for every call.
  app.addHook('preSerialization', (request, reply, payload, done) => {
    if (reply.statusCode === 201 && request.auditTarget === null) request.auditTarget = nameIn(payload);
    done(null, payload);
  });

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const route = request.routeOptions.config.access;
    if (route === undefined) return;
    const status = request.auditStatus ?? reply.statusCode;
    const refused = status === 401 || status === 403 || status === 429;
    const action = route.kind === 'action' ? actionOf(route, request) : route.recordedAs;
    if (action === null) return;
    const isRecorded = route.kind === 'anyone' || permissions[actionOf(route, request)].isRecorded;
    // Who brings nothing was merely not signed in yet.
    const isIdleStranger = request.person === null && route.kind === 'action' && !request.isSuspect;
    if (isIdleStranger || !(isRecorded || refused || request.isSuspect)) return;
    if (status === 404 && !request.isSuspect) return;
    if (request.person === null && outcomeOf(status) !== 'done') {
      const tooMany = await strangers.consume(request.ip).then(
        () => false,
        () => true,
      );
      if (tooMany) return;
    }
    audit.record({
      actor: actorOf(request.person),
      address: request.ip,
      action,
      target: targetOf(request),
      outcome: outcomeOf(status),
      status,
      detail: request.auditDetail,
    });
  }

  app.addHook('onResponse', (request, reply, done) => {
    done();
    void take(request, reply);
  });
}
