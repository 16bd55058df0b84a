const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Electron/', 'Meshdeck app'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome or Chromium'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** A browser's long name of itself, as people call it. */
export function userAgentLabel(program: string): string {
  const browser = browsers.find(([sign]) => program.includes(sign))?.[1];
  const system = systems.find(([sign]) => program.includes(sign))?.[1];
  if (browser === undefined) return program === '' ? 'Unknown browser' : program.slice(0, 60);
  return system === undefined ? browser : `${browser} on ${system}`;
}
