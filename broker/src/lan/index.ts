export type { HttpsListener } from './https-listener.js';
