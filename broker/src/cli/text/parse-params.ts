import { paramNameForm, paramNameRule, plainParam, shownText, type ParamValues } from '@meshdeck/shared';
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
