export { accountDocumentSchema } from './account-document.js';
export { identityProvidersOf } from './identity-providers.js';
export { keyDocumentSchema } from './api-keys.js';
export { createLocalAccess } from './local-access.js';
export { codeDocumentSchema } from './one-time-codes.js';
export { createPeople, type People } from './people.js';
export { actions, permissions, reachOf, type Action } from './permissions.js';
export { settingsDocumentSchema } from './settings.js';
export { localPersonId, localPersonName, type LocalAccess, type Person } from './types.js';
