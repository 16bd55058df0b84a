export { createCertificateKeeper, lanState, type CertificateKeeper } from './certificate-keeper.js';
export { isLanHost, machineNames, splitName } from './lan-names.js';
export { createLanServer, type LanServer } from './lan-server.js';
export { createLanDoor, type LanDoor } from './lan-door.js';
