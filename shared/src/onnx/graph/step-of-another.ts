import type { DataFlow } from './data-flow.js';

/** The value that an output repeats under its own name. */
function sourceOf(flow: DataFlow, output: string): string {
  let value = output;
  for (let node = flow.producer(value); node?.operator === 'Identity'; node = flow.producer(value)) {
    value = node.inputs[0] ?? '';
  }
  return value;
}

/** Whether another output is computed from this one: it is a step on the way, as prepared features are. */
export function isStepOfAnother(flow: DataFlow, output: string): boolean {
  const start = sourceOf(flow, output);
  const goals = new Set(
    flow.outputs.filter(({ name }) => name !== output).map(({ name }) => sourceOf(flow, name)),
  );
  goals.delete(start);
  const seen = new Set([start]);
  const open = [start];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (goals.has(value)) return true;
    for (const node of flow.consumers(value)) {
      for (const next of node.outputs) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
  }
  return false;
}
