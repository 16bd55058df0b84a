/** What an app package may weigh. Agents hold it unpacked, so the unpacked size is what counts. */
export interface PackageLimits {
  /** The file as uploaded. */
  uploadBytes: number;
  unpackedBytes: number;
  entries: number;
}

export const usualPackageLimits: PackageLimits = {
  uploadBytes: 4 * 1024 ** 3,
  unpackedBytes: 4 * 1024 ** 3,
  entries: 10_000,
};
