import { topicName, type LogMessage } from '@meshdeck/shared';
import type { MqttBroker } from '../../mqtt/broker.js';
import type { JobFolders } from '../store/job-folder.js';
import type { JobRepository } from '../store/job-repository.js';

const topic = 'live/jobs/{jobId}/logs';

/** Takes what attempts print: kept beside their job, and shown to whoever looks at it now. */
export function createLogMessages(options: {
  repository: Pick<JobRepository, 'find'>;
  folders: Pick<JobFolders, 'addLog'>;
  broker: () => Pick<MqttBroker, 'hasListeners' | 'publish'>;
}): (nodeId: string, message: LogMessage) => Promise<void> {
  /** A machine speaks only of attempts that were given to it. */
  function holds(nodeId: string, attemptId: string): boolean {
    const job = options.repository.find(attemptId.slice(0, 10));
    return (
      job?.tasks.some((task) =>
        task.attempts.some((attempt) => attempt.id === attemptId && attempt.nodeId === nodeId),
      ) ?? false
    );
  }

  return async (nodeId, message) => {
    if (!holds(nodeId, message.attemptId)) return;
    const jobId = message.attemptId.slice(0, 10);
    await options.folders.addLog(jobId, message);
    const broker = options.broker();
    if (broker.hasListeners(topicName(topic, { jobId }))) await broker.publish(topic, { jobId }, message);
  };
}
