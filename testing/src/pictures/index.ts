export { digitPictures } from './digit-pictures.js';
export { pngOf } from './png.js';
export { type ZipFile, zipOf } from './zip.js';
