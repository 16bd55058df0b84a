import { MeshdeckError } from '../errors.js';
import type { ParamValues } from '../models/param.js';
import { mostSweepJobs, type SweepAxis } from '../models/sweep.js';
import { shownText } from './shown-text.js';

const invalid = (sentence: string) => new MeshdeckError('invalid-request', sentence);

/** How many jobs it makes. */
export const sweepSize = (axes: readonly Pick<SweepAxis, 'values'>[]): number =>
  axes.reduce((size, { values }) => size * values.length, 1);

/**
 * The values of each job, the last parameter changing fastest.
 * @throws MeshdeckError `invalid-request`: a parameter or a value twice, or too many jobs
 */
export function expandSweep(axes: readonly SweepAxis[], fixed: ParamValues = {}): ParamValues[] {
  const size = sweepSize(axes);
  // First, for what follows compares every value with every other.
  if (size > mostSweepJobs)
    throw invalid(
      `The sweep would make ${size.toLocaleString('en-US')} jobs; ${mostSweepJobs} are the most.`,
    );
  const names = new Set<string>();
  for (const { param, values } of axes) {
    if (names.has(param))
      throw invalid(`The sweep names the parameter "${param}" twice: give all its values at once.`);
    names.add(param);
    if (Object.hasOwn(fixed, param))
      throw invalid(`The parameter "${param}" is set and swept: leave one of the two out.`);
    const twice = values.find(
      (value, at) => values.findIndex((other) => String(other) === String(value)) !== at,
    );
    if (twice !== undefined) throw invalid(`The sweep has ${shownText(twice)} for "${param}" twice.`);
  }
  return axes.reduce<ParamValues[]>(
    (made, { param, values }) =>
      made.flatMap((before) => values.map((value) => ({ ...before, [param]: value }))),
    [{}],
  );
}
