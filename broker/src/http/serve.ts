import type { Answer, Call, CallCost, Parsed } from '@meshdeck/shared/api';
import type { FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import * as z from 'zod';
import { fileAnswer, nothing, problems } from './answers.js';
import type { PeopleApp } from './fastify.js';
import { takeRawBodies } from './raw-uploads.js';
import { allow, openToAnyone, type OwnerOf, type RouteAccess } from './route-access.js';

/** `asked` is all that was asked for, parsed; the request tells who asks, and takes what the audit should say. */
type Giving<C extends Call, Given> = (
  asked: Parsed<C>,
  request: FastifyRequest,
  reply: FastifyReply,
) => Given | Promise<Given>;

/** Gives back the answer, or the reply where it sends a stream, a file or a redirection itself. */
type Handler<C extends Call> = C extends { answer: z.ZodType }
  ? Giving<C, Answer<C> | FastifyReply>
  : C extends { gives: object } | { redirects: string }
    ? Giving<C, FastifyReply>
    : Giving<C, void>;

interface Decided {
  /** What this very call takes of the hub, where that depends on what it asks for. */
  cost?: (request: FastifyRequest) => CallCost;
}
type Options<C extends Call> = C extends { owner: 'found' }
  ? [options: Decided & { owner: OwnerOf }]
  : [options?: Decided];

function accessOf(call: Call, options: Decided & { owner?: OwnerOf }): { access: RouteAccess } {
  if (call.action === 'anyone') return openToAnyone(call.recordedAs ?? null, call.cost);
  const cost = options.cost ?? call.cost;
  const owner = call.owner === 'narrowed' ? 'narrowed' : options.owner;
  return allow(call.action, {
    ...(owner !== undefined && { owner }),
    ...(call.actionBy !== undefined && { byParam: call.actionBy }),
    ...(cost !== undefined && { cost }),
  });
}

function responseOf({ answer, status, gives, redirects }: Call) {
  if (answer !== undefined) return { [status ?? 200]: answer };
  if (gives !== undefined) return { 200: fileAnswer(gives.description, gives.mediaType) };
  return redirects === undefined ? { 204: nothing } : { 303: z.null().describe(redirects) };
}

function schemaOf(call: Call): FastifySchema {
  const { name, tag, summary, description, params, query, body, takes } = call;
  return {
    ...{ operationId: name, tags: [tag], summary },
    ...(description !== undefined && { description }),
    ...(call.action === 'anyone' && { security: [] }),
    ...(params !== undefined && { params }),
    ...(query !== undefined && { querystring: query }),
    ...(body !== undefined && { body }),
    ...(takes !== undefined && { consumes: [...takes] }),
    response: { ...responseOf(call), ...problems },
  };
}

/** A call's path as the router writes it. */
const urlOf = ({ path }: Call): string => path.replace(/\{(\w+)\}/g, ':$1');

/** Serves one call of the contract: schemas, permission, summary and cost are the contract's, the work is the handler's. */
export function serve<C extends Call>(
  app: PeopleApp,
  call: C,
  handler: Handler<C>,
  ...[options = {}]: Options<C>
): void {
  const isEmpty = call.answer === undefined && call.gives === undefined && call.redirects === undefined;

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const asked = {
      ...(call.params !== undefined && (request.params as object)),
      ...(call.query !== undefined && (request.query as object)),
      ...(call.body !== undefined && { body: request.body }),
    };
    if (call.status !== undefined) reply.code(call.status);
    const given = await handler(asked as Parsed<C>, request, reply);
    return isEmpty ? reply.code(204).send(null) : given;
  }

  const add = (scope: PeopleApp): void =>
    void scope.route({
      ...{ method: call.method, url: urlOf(call), handler: answer },
      ...{ config: accessOf(call, options), schema: schemaOf(call) },
      ...(call.head === false && { exposeHeadRoute: false }),
      ...(call.bodyBytes !== undefined && { bodyLimit: call.bodyBytes }),
    });

  if (call.takes === undefined) return add(app);
  void app.register(async (scope: PeopleApp) => {
    takeRawBodies(scope);
    add(scope);
  });
}
