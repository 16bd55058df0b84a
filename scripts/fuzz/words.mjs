const hex = '0123456789abcdef';

/** What a machine says, from which hostile messages are made. @param {string} nodeId @param {string} otherId @returns {import('./mqtt-packets.mjs').Vocabulary} */
export function nodeWords(nodeId, otherId) {
  const root = `meshdeck/v1/nodes/${nodeId}`;
  const own = ['status', 'metrics', 'inventory', 'holdings', 'reports', 'logs'].map(
    (channel) => `${root}/${channel}`,
  );
  const ts = Date.now();
  const attempt = { attemptId: `j-${hex.slice(0, 8)}-1`, token: 1, ts };
  return {
    topics: [
      ...own,
      ...own,
      `${root}/orders`,
      `meshdeck/v1/nodes/${otherId}/reports`,
      'meshdeck/v1/live/nodes',
      '$SYS/x',
      '#',
    ],
    payloads: [
      { state: 'online', reason: 'started', instanceId: hex, ts },
      {
        ...{ ts, sequence: 1, freeCpuPercent: 50, freeMemPercent: 50, freeRamBytes: 1e9, totalRamBytes: 2e9 },
        ...{ loadAverage1m: 1, cpuTemperatureCelsius: 50, diskFreeBytes: 1e9, diskTotalBytes: 2e9 },
        ...{ networkRxBytesPerSecond: 1, networkTxBytesPerSecond: 1, gpus: [], batteryPercent: null },
        ...{ uptimeSeconds: 1, agentRssBytes: 1e8, slotsBusy: 0, slotsTotal: 1 },
      },
      { ts, sequence: 0, full: true, added: [`b${hex}`], removed: [] },
      { type: 'holding', instanceId: hex, attempts: [{ attemptId: attempt.attemptId, token: 1 }], ts },
      { type: 'progress', ...attempt, fraction: 0.5 },
      { type: 'failed', ...attempt, failure: { code: 'app-failed', message: 'x' } },
      { type: 'finished', ...attempt, output: { sha256: hex.repeat(4), bytes: 1 } },
      { attemptId: attempt.attemptId, sequence: 0, lines: [{ ts, stream: 'stdout', text: 'x' }] },
    ],
  };
}

/** @param {string} id @param {string} otherId @returns {import('./mqtt-packets.mjs').Vocabulary} */
export function sensorWords(id, otherId) {
  const own = ['readings', 'readings', 'readings', 'state'].map(
    (channel) => `meshdeck/v1/sensors/${id}/${channel}`,
  );
  return {
    topics: [
      ...own,
      ...own,
      `meshdeck/v1/sensors/${id}/commands`,
      `meshdeck/v1/sensors/${otherId}/readings`,
      'meshdeck/v1/nodes/x/orders',
      '#',
    ],
    payloads: [
      { temperature: 21.5, open: true, ts: Date.now() },
      [{ temperature: 21.5 }, { temperature: 22 }],
      { a: 1, b: 2, c: 'x', d: null },
    ],
  };
}
