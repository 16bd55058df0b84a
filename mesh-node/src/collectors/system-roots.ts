/** Where the kernel's files are; tests point these at folders of their own. */
export interface SystemRoots {
  readonly proc: string;
  readonly sys: string;
  readonly etc: string;
}

export const systemRoots: SystemRoots = { proc: '/proc', sys: '/sys', etc: '/etc' };
