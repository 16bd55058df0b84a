/**
 * How a picture has to be turned to stand upright, 1 to 8 [Exif 3.0, 4.6.4.A]: 1 as it is, 3 by half a turn, 6 by a quarter
 * to the right; 1 too where the data says nothing or is damaged. `exif` is a TIFF structure.
 */
export function exifOrientation(exif: Buffer): number {
  const order = exif.toString('latin1', 0, 4);
  const isLittle = order === 'II*\0';
  if (!isLittle && order !== 'MM\0*') return 1;
  const u16 = (at: number) => (isLittle ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? exif.readUInt32LE(at) : exif.readUInt32BE(at));
  try {
    const directory = u32(4);
    for (let entry = 0; entry < u16(directory); entry++) {
      const at = directory + 2 + entry * 12;
      if (u16(at) !== 0x0112 || u16(at + 2) !== 3) continue;
      const orientation = u16(at + 8);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  } catch (error) {
    // An offset beyond its end.
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}
