import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '@meshdeck/testing/measure';
import { inWorkshop, startPair } from '@meshdeck/testing/mesh';
import { inMb, report } from './lib/report.mjs';

const idleMs = 60_000;

export default async function benchMemory() {
  await inWorkshop(async (workshop) => {
    const { hub, agent } = await startPair(workshop);
    await pause(idleMs);
    const hubBytes = residentBytes(hub.pid);
    const agentBytes = residentBytes(agent.pid);
    if (hubBytes === null || agentBytes === null)
      throw new Error('This system has no /proc to read memory from.');
    report(
      'memory',
      [
        { what: 'hub, idle for a minute', value: inMb(hubBytes), note: 'wanted: at most 150 MB' },
        { what: 'agent, idle for a minute', value: inMb(agentBytes), note: 'wanted: at most 80 MB' },
      ],
      { idleMs, hubBytes, agentBytes },
    );
  });
}
