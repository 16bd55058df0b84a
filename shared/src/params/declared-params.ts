import * as z from 'zod';
import {
  mostParams,
  paramDeclarationSchema,
  paramNameForm,
  paramNameRule,
  type ParamDeclaration,
} from '../models/param.js';
import { collidingParams } from './param-environment.js';
import { readParam } from './read-param.js';
import { shownText } from './shown-text.js';

/** What is wrong with a declaration, as words that follow its name; undefined where nothing is. */
function problemWith(declaration: ParamDeclaration): string | undefined {
  const { type, min, max, choices, default: byDefault, ...others } = declaration;
  if ((min !== undefined || max !== undefined) && type !== 'number' && type !== 'integer')
    return `must have no "min" or "max": they are for numbers, and it is of the type "${type}"`;
  if (min !== undefined && max !== undefined && min > max) return `must not have a "min" above its "max"`;
  for (const choice of choices ?? []) {
    const read = readParam({ type, min, max }, choice);
    if ('problem' in read || read.value !== choice)
      return `must have choices of the type "${type}" and within its range; ${shownText(choice)} is not`;
  }
  if (byDefault !== undefined) {
    const read = readParam(declaration, byDefault);
    if ('problem' in read) return `must have a default that fits: it ${read.problem}`;
    if (read.value !== byDefault)
      return `must have a default of the type "${type}"; ${shownText(byDefault)} is not`;
    if (others.optional === true) return 'must not be optional: it has a default';
  }
  return undefined;
}

/** `params` of a manifest: each parameter by its name. */
export const declaredParamsSchema = z
  .record(
    z.string().regex(paramNameForm, `must be a name of a parameter: ${paramNameRule}`),
    paramDeclarationSchema,
  )
  .refine((params) => Object.keys(params).length <= mostParams, `at most ${mostParams} parameters`)
  .superRefine((params, context) => {
    for (const [name, declaration] of Object.entries(params)) {
      const problem = problemWith(declaration);
      if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem });
    }
    const colliding = collidingParams(Object.keys(params));
    if (colliding !== undefined)
      context.addIssue({
        code: 'custom',
        message: `must have no names that are one as variables: ${colliding}`,
      });
  });
