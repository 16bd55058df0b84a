import {
  clockSentence,
  formatAge,
  formatBytes,
  formatNumber,
  shortId,
  type NodeView,
} from '@meshdeck/shared';
import { leftoverFacts, protectionFacts } from './protection.js';
import type { Terminal } from '../terminal.js';
import { formatFacts, formatTable, type Column } from '../text/table.js';

/** What a machine is doing, in one word or two. */
export function nodeState(node: NodeView): string {
  if (node.clonedIdentity) return 'cloned identity';
  if (node.membership !== 'joined') return node.membership;
  if (node.presence === 'lost') return node.lostReason === 'stopped' ? 'stopped' : 'lost';
  if (node.benchmarking) return 'benchmarking';
  return node.scheduling === 'open' ? 'active' : node.scheduling;
}

const orDash = <T>(value: T | null | undefined, show: (value: T) => string): string =>
  value === null || value === undefined ? '-' : show(value);

/** The strongest first; those without a rank behind, in the order in which the hub told them. */
const byRank = (a: NodeView, b: NodeView): number =>
  (a.rank ?? Number.MAX_VALUE) - (b.rank ?? Number.MAX_VALUE);

/** `123456` as people compare it: `123 456`. */
export const formatCode = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

export function nodesTable(nodes: readonly NodeView[], terminal: Terminal, now: number): string {
  if (nodes.length === 0) {
    return 'No machines yet. "meshdeck nodes add" prints the line that installs the agent on one from this hub, and joins.';
  }
  const { paint } = terminal;
  const byState = (text: string, node: NodeView): string => {
    const state = nodeState(node);
    if (state === 'active') return paint.green(text);
    if (state === 'lost' || state === 'rejected' || node.clonedIdentity) return paint.red(text);
    return paint.yellow(text);
  };
  const columns: Column<NodeView>[] = [
    { title: 'MACHINE', cell: (node) => node.name },
    { title: 'ID', cell: (node) => shortId(node.id), paint: (text) => paint.dim(text) },
    { title: 'STATE', cell: nodeState, paint: byState },
    { title: 'SCORE', align: 'right', cell: (node) => orDash(node.score, ({ score }) => score.toFixed(2)) },
    {
      title: 'CPU FREE',
      align: 'right',
      cell: (node) => orDash(node.metrics, (m) => `${Math.round(m.freeCpuPercent)} %`),
    },
    {
      title: 'RAM FREE',
      align: 'right',
      cell: (node) => orDash(node.metrics, (m) => formatBytes(m.freeRamBytes)),
    },
    {
      title: 'TEMP',
      align: 'right',
      cell: (node) => orDash(node.metrics?.cpuTemperatureCelsius, (celsius) => `${Math.round(celsius)} °C`),
    },
    {
      title: 'EVENTS/S',
      align: 'right',
      cell: (node) => orDash(node.benchmark, (b) => formatNumber(b.eventsPerSecond)),
    },
    {
      title: 'SLOTS',
      align: 'right',
      cell: (node) => (node.membership === 'joined' ? `${node.slotsBusy}/${node.slotsTotal}` : '-'),
    },
    { title: 'HEARTBEAT', cell: (node) => orDash(node.lastHeartbeatAt, (ts) => formatAge(ts, now)) },
  ];
  if (nodes.some((node) => node.code !== null)) {
    columns.push({ title: 'CODE', cell: (node) => orDash(node.code, formatCode) });
  }
  return formatTable({ columns, rows: nodes.toSorted(byRank), paint, width: terminal.width });
}

function scoreLine(node: NodeView): string {
  if (node.score === null) return '-';
  const { score, load, performance, thermal, thermalUnknown } = node.score;
  const heat = `${thermal.toFixed(2)} thermal${thermalUnknown ? ' (no sensor)' : ''}`;
  return `${score.toFixed(2)} = ${load.toFixed(2)} load x ${performance.toFixed(3)} performance x ${heat}`;
}

export function nodeFacts(node: NodeView, terminal: Terminal, now: number): string {
  const { inventory, metrics, benchmark } = node;
  const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
  const facts: [string, string][] = [
    ['Machine', node.name],
    ['Id', node.id],
    ['Key fingerprint', node.fingerprint],
    ['State', `${nodeState(node)} (${formatAge(node.presenceSince, now)})`],
  ];
  if (node.code !== null)
    facts.push(['Code', `${formatCode(node.code)} (the same stands on the machine's own terminal)`]);
  facts.push(
    ['Address', node.address ?? '-'],
    ['Score', scoreLine(node)],
    ['Rank', orDash(node.rank, (rank) => `${rank} of the active machines`)],
    ['Slots', `${node.slotsBusy} of ${node.slotsTotal} busy`],
    ['Labels', labels.length === 0 ? '-' : labels.join(' ')],
    ['Heartbeat', orDash(node.lastHeartbeatAt, (ts) => formatAge(ts, now))],
  );
  if (metrics !== null) {
    facts.push(
      ['CPU free', `${metrics.freeCpuPercent.toFixed(1)} %`],
      ['Memory free', `${formatBytes(metrics.freeRamBytes)} of ${formatBytes(metrics.totalRamBytes)}`],
      ['Disk free', orDash(metrics.diskFreeBytes, formatBytes)],
      ['Temperature', orDash(metrics.cpuTemperatureCelsius, (celsius) => `${celsius.toFixed(0)} °C`)],
    );
  }
  if (node.clockOffsetMs !== undefined) facts.push(['Clock', clockSentence(node.clockOffsetMs)]);
  if (benchmark !== null) {
    const by = benchmark.method === 'sysbench' ? 'sysbench' : 'built-in kernel';
    facts.push([
      'Benchmark',
      `${formatNumber(benchmark.eventsPerSecond)} events/s on ${benchmark.cores} cores (${by})`,
    ]);
  }
  if (inventory !== null) {
    const { python, node: nodeRuntime, onnx, r, julia } = inventory.runtimes;
    facts.push(
      ['System', `${inventory.osName} ${inventory.osVersion} (${inventory.arch})`],
      ['Processor', `${inventory.cpuModel}, ${inventory.coresLogical} threads`],
      ['Graphics', inventory.gpus.map(({ name }) => name).join(', ') || '-'],
      [
        'Runs',
        [
          `Node ${nodeRuntime.version}`,
          onnx && `ONNX ${onnx.version}`,
          python && `Python ${python.version}`,
          r && `R ${r.version}`,
          julia && `Julia ${julia.version}`,
        ]
          .filter(Boolean)
          .join(', '),
      ],
      ...protectionFacts(inventory.protection),
      ...leftoverFacts(inventory.leftovers),
    );
  }
  return formatFacts(facts, terminal.paint);
}
