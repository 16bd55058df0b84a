import { MeshdeckError } from '@meshdeck/shared';
import type { Findings } from '../../packages/gateway.js';
import { sourceBuildsOff } from '../../packages/requirements-file.js';
import { permanentReason } from './permanent.js';
import { normalizeName } from '../../packages/simple-page.js';

const mostNamed = 5;

/** The project that pip found nothing of that would do, by its own words. */
function missingProject(tail: string): string | null {
  const name = /No matching distribution found for ([A-Za-z0-9][\w.-]*)/.exec(tail)?.[1];
  return name === undefined ? null : normalizeName(name);
}

/**
 * Why packages could not be installed: what is source only on a machine that builds none, by name; what no machine could
 * install (`app-invalid`, which is not tried again); what could not be reached; else the installer's own last lines.
 */
export function installationFailed(options: {
  /** Such as "requirements.txt". */
  file: string;
  tail: string;
  findings: Findings;
  sourceBuilds: boolean;
}): MeshdeckError {
  const { file, tail, findings, sourceBuilds } = options;
  const missing = missingProject(tail);
  const sourceOnly =
    missing !== null && findings.onlySource.has(missing)
      ? [missing]
      : [...findings.onlySource].slice(0, mostNamed);
  const problems = [...findings.problems].join('\n');
  const detail = [tail, problems].filter(Boolean).join('\n').slice(-7000);
  if (!sourceBuilds && sourceOnly.length > 0)
    return new MeshdeckError(
      'requirements-failed',
      `${sourceOnly.join(', ')} in ${file} comes as source only, and ${sourceBuildsOff}`,
      { detail },
    );
  if (!sourceBuilds && missing !== null && findings.alsoSource.has(missing))
    return new MeshdeckError(
      'requirements-failed',
      `There is no wheel of ${missing} in ${file} that fits this machine and the versions asked for, only source, and ${sourceBuildsOff}`,
      { detail },
    );
  const permanent = findings.problems.size === 0 ? permanentReason(tail) : null;
  if (permanent !== null)
    return new MeshdeckError(
      'app-invalid',
      `The packages in ${file} cannot be installed on any machine as it is written: ${permanent.replace(/\.$/, '')}.`,
      { detail },
    );
  const unreached = findings.problems.size > 0 ? ' Not everything could be reached from this machine:' : '';
  return new MeshdeckError(
    'requirements-failed',
    `The packages in ${file} could not be installed on this machine.${unreached} See the last lines for the one that failed.`,
    detail === '' ? {} : { detail },
  );
}
