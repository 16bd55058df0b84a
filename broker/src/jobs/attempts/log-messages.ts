import { parseAttemptId, topicName, type AttemptId, type LogMessage, type NodeId } from '@meshdeck/shared';
import type { MqttBroker } from '../../mqtt/broker.js';
import type { JobFolders } from '../store/job-folder.js';
import type { JobRepository } from '../store/job-repository.js';

const topic = 'live/jobs/{jobId}/logs';

/** Takes what attempts print: kept beside their job, and shown to whoever looks at it now. */
export function createLogMessages(options: {
  repository: Pick<JobRepository, 'find'>;
  folders: Pick<JobFolders, 'addLog'>;
  broker: () => Pick<MqttBroker, 'hasListeners' | 'publish'>;
}): (nodeId: NodeId, message: LogMessage) => Promise<void> {
  /** A machine speaks only of attempts that were given to it. */
  function holds(nodeId: NodeId, attemptId: AttemptId): boolean {
    const job = options.repository.find(parseAttemptId(attemptId).jobId);
    return (
      job?.tasks.some((task) =>
        task.attempts.some((attempt) => attempt.id === attemptId && attempt.nodeId === nodeId),
      ) ?? false
    );
  }

  return async (nodeId, message) => {
    if (!holds(nodeId, message.attemptId)) return;
    const { jobId } = parseAttemptId(message.attemptId);
    await options.folders.addLog(jobId, message);
    const broker = options.broker();
    if (broker.hasListeners(topicName(topic, { jobId }))) await broker.publish(topic, { jobId }, message);
  };
}
