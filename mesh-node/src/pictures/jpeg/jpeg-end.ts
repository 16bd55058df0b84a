const [stuffed, temporary, startOfImage, endOfImage, startOfScan] = [0x00, 0x01, 0xd8, 0xd9, 0xda];
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;

/**
 * The next marker at or after `at`: coded pixels with their stuffed and restart bytes are passed over, and so are bytes that
 * mean nothing. Undefined where the file ends before one.
 */
function nextMarker(file: Buffer, at: number): number | undefined {
  for (let found = file.indexOf(0xff, at); found >= 0; found = file.indexOf(0xff, found + 1)) {
    const marker = file[found + 1];
    if (marker === undefined) return undefined;
    if (marker !== stuffed && marker !== 0xff && !isRestart(marker)) return found;
  }
  return undefined;
}

/**
 * Where a JPEG's own picture ends, after its end marker: thumbnails lie inside segments, and behind it may follow anything,
 * as a phone's film does [ITU-T T.81, annex B]. Undefined where the file is cut off before.
 */
export function jpegEnd(file: Buffer): number | undefined {
  let hasScan = false;
  let at = nextMarker(file, 2);
  while (at !== undefined) {
    const marker = file[at + 1];
    if (marker === endOfImage) return hasScan ? at + 2 : undefined;
    // The next picture begins before this one's end.
    if (marker === startOfImage) return undefined;
    if (marker === startOfScan) hasScan = true;
    if (marker !== temporary && at + 4 > file.length) return undefined;
    at = nextMarker(file, marker === temporary ? at + 2 : at + 2 + file.readUInt16BE(at + 2));
  }
  return undefined;
}
