export { lanState } from './certificate-reloader.js';
export { createHttpsListener, type HttpsListener } from './https-listener.js';
