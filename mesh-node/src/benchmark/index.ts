export { createBenchmarkRecord, type BenchmarkRecord } from './benchmark-record.js';
export { benchmarkThreads } from './benchmark-threads.js';
export { compareWithSysbench, type SysbenchComparison } from './compare-with-sysbench.js';
export { kernelVersion } from './kernel.js';
export { runBenchmark, type BenchmarkOptions } from './run-benchmark.js';
export { keepHigher, type KeptBenchmark } from './kept-benchmark.js';
