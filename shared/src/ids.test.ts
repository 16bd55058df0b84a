import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  attemptIdOf,
  attemptIdSchema,
  jobIdSchema,
  nodeIdSchema,
  parseAttemptId,
  shortAttemptId,
  type AttemptId,
  type JobId,
  type NodeId,
} from './ids.js';
import type { RunOrder } from './messages/orders.js';
import type { AttemptView, JobView } from './models/job.js';
import type { NodeView } from './models/node.js';
import { topicName } from './topics/topic-names.js';

const jobId = jobIdSchema.parse('0123456789');
const nodeId = nodeIdSchema.parse('a'.repeat(26));
const attemptId = attemptIdSchema.parse('0123456789-4-2');

const attempts = fc.record({
  jobId: fc.stringMatching(/^[0-9a-z]{10}$/),
  task: fc.nat(999_999),
  attempt: fc.integer({ min: 1, max: 9_999 }),
});

describe('the id of an attempt', () => {
  it('is read back as what it was made of, and is one that machines may tell', () => {
    fc.assert(
      fc.property(attempts, ({ jobId, task, attempt }) => {
        const id = attemptIdOf(jobId, task, attempt);
        expect(attemptIdSchema.safeParse(id).success).toBe(true);
        expect(parseAttemptId(id)).toEqual({ jobId, task, attempt });
      }),
    );
  });

  it('is written as it always was', () => {
    expect(attemptIdOf(jobId, 4, 2)).toBe('0123456789-4-2');
    expect(shortAttemptId(attemptId)).toBe('4-2');
  });

  it('is not taken for one where it is cut short, or of another form', () => {
    for (const id of ['0-1-1', '0123456789-1-', '0123456789-1-1-1', '0123456789--1-1', '']) {
      expect(() => parseAttemptId(id as AttemptId)).toThrow('no id of an attempt');
      expect(attemptIdSchema.safeParse(id).success).toBe(false);
    }
  });
});

describe('ids of one kind', () => {
  it('are no ids of another to the compiler', () => {
    const ofJob = (id: JobId): JobId => id;
    const ofNode = (id: NodeId): NodeId => id;
    const ofAttempt = (id: AttemptId): AttemptId => id;
    // @ts-expect-error a machine is no job
    ofJob(nodeId);
    // @ts-expect-error an attempt is no job
    ofJob(attemptId);
    // @ts-expect-error a job is no machine
    ofNode(jobId);
    // @ts-expect-error a job is no attempt
    ofAttempt(jobId);
    // @ts-expect-error an attempt's id is not any string
    ofAttempt(String(attemptId));
    // @ts-expect-error a topic of machines is not one of jobs
    topicName('nodes/{nodeId}/orders', { nodeId: jobId });
    // @ts-expect-error the parts are not to be taken for each other
    attemptIdOf(attemptId, 1, 1);
    expect([ofJob(jobId), ofNode(nodeId), ofAttempt(attemptId)]).toEqual([jobId, nodeId, attemptId]);
  });

  it('have their kind from messages and views on', () => {
    expectTypeOf<RunOrder['attemptId']>().toExtend<AttemptId>();
    expectTypeOf<RunOrder['jobId']>().not.toExtend<NodeId>();
    expectTypeOf<JobView['id']>().not.toExtend<NodeId>();
    expectTypeOf<NodeView['id']>().not.toExtend<JobId>();
    expectTypeOf<AttemptView['id']>().toExtend<AttemptId>();
    expectTypeOf<AttemptView['nodeId']>().not.toExtend<JobId>();
  });
});
