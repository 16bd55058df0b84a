export { accountDocumentSchema } from './account-document.js';
export { keyDocumentSchema } from './api-keys.js';
export { knownBrowserSchema } from './known-browsers.js';
export { createLocalAccess } from './local-access.js';
export { codeDocumentSchema } from './one-time-codes.js';
export { createPeople, type People } from './people.js';
export { permissions } from './permissions.js';
export { settingsDocumentSchema } from './settings.js';
export { localPersonId, type LocalAccess, type Person } from './types.js';
