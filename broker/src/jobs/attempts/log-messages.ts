import { parseAttemptId, topicName, type AttemptId, type LogMessage, type NodeId } from '@meshdeck/shared';
import type { MqttBroker } from '../../mqtt/broker.js';
import type { JobFolders } from '../store/job-folder.js';
import type { JobRepository } from '../store/job-repository.js';

const topic = 'live/jobs/{jobId}/logs';

/** What of a message is kept: all but what was only to be seen while it was true. Null where that is nothing. */
function keptOf(message: LogMessage): LogMessage | null {
  const lines = message.lines.filter(({ moving }) => moving !== 'passing');
  if (lines.length > 0) return { ...message, lines };
  // A message has a line, and what was dropped is counted.
  return message.dropped > 0 ? { ...message, lines: message.lines.slice(-1) } : null;
}

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
    const kept = keptOf(message);
    if (kept !== null) await options.folders.addLog(jobId, kept);
    const broker = options.broker();
    if (broker.hasListeners(topicName(topic, { jobId }))) await broker.publish(topic, { jobId }, message);
  };
}
