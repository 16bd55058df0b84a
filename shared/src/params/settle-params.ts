import { MeshdeckError } from '../errors.js';
import type { ParamDeclarations, ParamValues } from '../models/param.js';
import { nearestName } from './nearest-name.js';
import { collidingParams } from './param-environment.js';
import { readParam } from './read-param.js';
import { shownText } from './shown-text.js';

const invalid = (sentence: string) => new MeshdeckError('invalid-request', sentence);

function unknownParam(name: string, names: readonly string[], app: string): MeshdeckError {
  if (names.length === 0) return invalid(`${app} takes no parameters, so ${shownText(name)} cannot be set.`);
  const near = nearestName(name, names);
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  const all = names.slice(0, 20).join(', ');
  return invalid(
    `${app} has no parameter ${shownText(name)}.${meant} It has ${all}${names.length > 20 ? ', ...' : ''}.`,
  );
}

/**
 * The values a job runs with, in the order of their declarations and with the defaults of what was not given. Without
 * declarations: all that was given, as it is.
 * @throws MeshdeckError `invalid-request`: unknown, missing, or not what the declaration asks for. `app`: its name, for words
 */
export function settleParams(
  app: string,
  declared: ParamDeclarations | undefined,
  given: ParamValues,
): ParamValues {
  if (declared === undefined) {
    const colliding = collidingParams(Object.keys(given));
    if (colliding !== undefined) throw invalid(`It cannot run: ${colliding}.`);
    return given;
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) throw unknownParam(name, Object.keys(declared), app);
  }
  const settled: ParamValues = {};
  for (const [name, declaration] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : declaration.default;
    if (value === undefined) {
      if (declaration.optional === true) continue;
      throw invalid(`${app} needs the parameter "${name}" (${declaration.type}), which has no default.`);
    }
    const read = readParam(declaration, value);
    if ('problem' in read) throw invalid(`The parameter "${name}" of ${app} ${read.problem}.`);
    settled[name] = read.value;
  }
  return settled;
}
