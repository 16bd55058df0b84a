export { createBenchmarkRecord, type BenchmarkRecord } from './benchmark-record.js';
export { benchmarkThreads } from './benchmark-threads.js';
export { runBenchmark, type BenchmarkOptions } from './run-benchmark.js';
export { keepHigher, type KeptBenchmark } from './kept-benchmark.js';
