import { contract } from '@meshdeck/shared/api';
import type { MetricFamily } from '../../metric-family.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';

export interface MetricsRouteDependencies {
  metrics: () => MetricFamily[];
}

/** In the Prometheus text format, version 0.0.4. */
function textOf({ name, type, help, samples }: MetricFamily): string {
  const lines = samples.map(([labels, value]) => `meshdeck_${name}${labels} ${value}`);
  return [`# HELP meshdeck_${name} ${help}`, `# TYPE meshdeck_${name} ${type}`, ...lines, ''].join('\n');
}

/** Whoever asks more often hears the same. */
const freshMs = 1000;

export function metricsRoute(app: PeopleApp, { metrics }: MetricsRouteDependencies): void {
  let text = '';
  let madeAt = -Infinity;

  serve(app, contract.hub.metrics, (_asked, _request, reply) => {
    if (performance.now() - madeAt > freshMs) {
      text = metrics().map(textOf).join('');
      madeAt = performance.now();
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
  });
}
