export { lanState } from './certificate-keeper.js';
export { createLanDoor, type LanDoor } from './lan-door.js';
