/** What an app package may weigh. Agents hold it unpacked, so the unpacked size is what counts. */
export interface PackageLimits {
  /** The file as uploaded. */
  uploadBytes: number;
  unpackedBytes: number;
  entries: number;
}

/** Names of files that the hub keeps in memory for one person's apps, older versions too. */
export const mostFilesOfOne = 50_000;
export const mostAppsOfOne = 500;

export const usualPackageLimits: PackageLimits = {
  uploadBytes: 4 * 1024 ** 3,
  unpackedBytes: 4 * 1024 ** 3,
  entries: 10_000,
};
