export type { ResultReader } from './reader.js';
export type { Onlooker, ResultApi } from './result-api.js';
