export { smallDisk } from './small-disk.js';
