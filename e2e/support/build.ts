import { ensureBuilt } from '../../scripts/build.mjs';

/** The suites run what is built: bring it up to date first. */
export default function build(): Promise<void> {
  return ensureBuilt({ quiet: true, testing: true });
}
