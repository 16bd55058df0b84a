import {
  paramNameForm,
  paramNameRule,
  paramValueSchema,
  plainParam,
  reservedVariable,
  shownText,
  type ParamValue,
  type ParamValues,
  type SweepAxis,
} from '@meshdeck/shared';
import { InvalidArgumentError } from 'commander';

/** `--param name=value`, once for each parameter. What is a number or true and false becomes one. */
export function collectParams(text: string, earlier: ParamValues | undefined): ParamValues {
  const at = text.indexOf('=');
  if (at === -1)
    throw new InvalidArgumentError(`Give it as NAME=VALUE; ${shownText(`${text}=`)} sets an empty text.`);
  const name = text.slice(0, at);
  if (!paramNameForm.test(name))
    throw new InvalidArgumentError(`${shownText(name)} is no name of a parameter: ${paramNameRule}.`);
  if (earlier !== undefined && Object.hasOwn(earlier, name))
    throw new InvalidArgumentError(`The parameter "${name}" is given twice.`);
  return { ...earlier, [name]: plainParam(text.slice(at + 1)) };
}

/** A list in JSON, for values with a comma in them. */
function jsonValues(text: string): ParamValue[] {
  try {
    return paramValueSchema.array().parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError('A list that begins with "[" is JSON, such as ["a,b", "c"].');
  }
}

/** `--sweep name=1,2,3`, once for each parameter. */
export function collectSweep(text: string, earlier: SweepAxis[] = []): SweepAxis[] {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  const list = text.slice(at + 1);
  if (at === -1 || list === '') throw new InvalidArgumentError('Give it as NAME=VALUE,VALUE,...');
  if (!paramNameForm.test(name))
    throw new InvalidArgumentError(`${shownText(name)} is no name of a parameter: ${paramNameRule}.`);
  const values = list.startsWith('[')
    ? jsonValues(list)
    : list.split(',').map((one) => plainParam(one.trim()));
  if (values.length === 0 || values.includes(''))
    throw new InvalidArgumentError(`${shownText(text)} has an empty value; leave out the comma too many.`);
  return [...earlier, { param: name, values }];
}

function checkedVariable(name: string): string {
  const reason = reservedVariable(name);
  if (reason === undefined) return name;
  throw new InvalidArgumentError(`${shownText(name)} cannot be set: it ${reason}.`);
}

/** `--env NAME=VALUE`, once for each variable. */
export function collectVariables(
  text: string,
  earlier: Record<string, string> | undefined,
): Record<string, string> {
  const at = text.indexOf('=');
  if (at === -1) throw new InvalidArgumentError('Give it as NAME=VALUE.');
  return { ...earlier, [checkedVariable(text.slice(0, at))]: text.slice(at + 1) };
}

/** `--secret NAME`, once for each; a value has no place on a command line. */
export function collectSecretNames(text: string, earlier: string[] = []): string[] {
  if (text.includes('='))
    throw new InvalidArgumentError(
      'Give the name alone; set its value with "meshdeck secrets set NAME", where nobody can list it.',
    );
  return [...earlier, checkedVariable(text)];
}
