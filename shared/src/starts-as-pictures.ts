/** So many of a file's first bytes tell whether it may be pictures. */
export const pictureHeadBytes = 4096;

const pictures = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff'];
const archives = ['PK\x03\x04', 'PK\x05\x06'];
/** Spreadsheets and arrays are zip archives, too. */
const document = /\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/|opendocument|\.npy/;

/** Whether a file's first bytes are those of a JPEG, a PNG, or a zip archive that is no spreadsheet. */
export function startsAsPictures(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, pictureHeadBytes));
  const starts = (start: string) => text.startsWith(start);
  return pictures.some(starts) || (archives.some(starts) && !document.test(text));
}
