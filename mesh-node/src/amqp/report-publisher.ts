import { setImmediate as nextTurn } from 'node:timers/promises';
import { amqpRoutes, type JobReport, type NodeId } from '@meshdeck/shared';
import type { Connection } from 'rabbitmq-client';

export interface ReportPublisher {
  /** Resolves once RabbitMQ has it on disk for the hub. */
  send: (report: JobReport) => Promise<void>;
  close: () => Promise<void>;
}

export function createReportPublisher(options: {
  connection: Connection;
  nodeId: NodeId;
  hubId: string;
  username: string;
}): ReportPublisher {
  const publisher = options.connection.createPublisher({ confirm: true });
  const returned = new Set<string>();
  let sent = 0;
  publisher.on('basic.return', ({ messageId }) => {
    if (messageId !== undefined) returned.add(messageId);
  });
  return {
    async send(report) {
      sent += 1;
      const messageId = String(sent);
      await publisher.send(
        {
          exchange: amqpRoutes.reports.exchange,
          routingKey: options.hubId,
          mandatory: true,
          durable: true,
          messageId,
          type: report.type,
          appId: options.nodeId,
          // RabbitMQ itself checks this one [https://www.rabbitmq.com/docs/validated-user-id].
          userId: options.username,
        },
        amqpRoutes.reports.schema.parse(report),
      );
      // The client tells of a return one turn later than of the confirm that follows it.
      await nextTurn();
      if (returned.delete(messageId)) throw new Error('the hub has no queue for reports yet');
    },
    close: () => publisher.close(),
  };
}
