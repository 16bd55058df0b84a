/** Versions that another interpreter or platform could take: another machine may well have it. */
const dependsOnMachine =
  /require a different python version|is not a supported wheel on this platform|EBADPLATFORM|EBADENGINE/i;

/**
 * What pip and npm say of a list that no machine can install, as long as everything could be reached: a package or version
 * that is not there, versions that exclude each other, a lock file that does not fit its package.json.
 */
const forGood: readonly RegExp[] = [
  /^ERROR: (No matching distribution found for .+)$/m,
  /^ERROR: (Cannot install .+ because these package versions have conflicting dependencies\.)$/m,
  /^npm (?:ERR!|error) (?:notarget )?(No matching version found for .+?)\.?$/m,
  /^npm (?:ERR!|error) 404\s+'?(\S+?)'? (?:is not in (?:this|the npm) registry|could not be found).*$/m,
  /^npm (?:ERR!|error) (ERESOLVE .+)$/m,
  /^npm (?:ERR!|error) (`npm ci` can only install packages when your package\.json and package-lock\.json .+?in sync).*$/m,
];

/** The installer's own words where trying again, here or elsewhere, would end the same; null where it might not. */
export function permanentReason(tail: string): string | null {
  if (dependsOnMachine.test(tail)) return null;
  for (const pattern of forGood) {
    const found = pattern.exec(tail);
    if (found !== null) return (found[1] ?? found[0]).slice(0, 300);
  }
  return null;
}
