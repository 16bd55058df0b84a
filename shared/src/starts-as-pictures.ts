/** So many of a file's first bytes tell whether it may be pictures. */
export const pictureHeadBytes = 4096;

const picture = /^(?:\x89PNG\r\n\x1a\n|\xff\xd8\xff)/;
const archive = /^PK(?:\x03\x04|\x05\x06)/;
/** Spreadsheets and arrays are zip archives, too. */
const document = /\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/|opendocument|\.npy/;

/** Whether a file's first bytes are those of a JPEG, a PNG, or a zip archive that is no spreadsheet. */
export function startsAsPictures(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, pictureHeadBytes));
  return picture.test(text) || (archive.test(text) && !document.test(text));
}
