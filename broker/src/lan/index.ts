export { createCertificateKeeper, lanState, type CertificateKeeper } from './certificate-keeper.js';
export { isLanHost, lanAddresses, machineNames, splitName } from './lan-names.js';
export { createLanServer, type LanServer } from './lan-server.js';
export { createLanDoor, type LanDoor } from './lan-door.js';
