import { parentPort, workerData } from 'node:worker_threads';
import { describeFile, type ModelPlace } from './describe-file.js';

/** The thread that looks into one model for the hub, and ends. */
parentPort?.postMessage(describeFile(workerData as ModelPlace));
