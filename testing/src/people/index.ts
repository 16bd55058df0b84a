export { keyOf, page, person } from './account.js';
export { startOidcServer, type OidcServer } from './oidc-server.js';
export { startSlapd, whyNoSlapd, type Slapd } from './slapd.js';
