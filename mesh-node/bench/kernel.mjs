// node mesh-node/bench/kernel.mjs: the agent's own measurement and sysbench turn about; prints the comparison as JSON.
import { compareWithSysbench } from '../dist/benchmark/compare-with-sysbench.js';

process.stdout.write(`${JSON.stringify(await compareWithSysbench({ rounds: 5, durationMs: 2000 }))}\n`);
