import type { ParamDeclarations, ParamValue, ParamValues } from '../models/param.js';

/**
 * One parameter as arguments. A boolean is a flag, as `store_true` and most parsers take it: true is `--name`; false is
 * nothing, or `--no-name` where it is true by default. A value that begins with `-` is written `--name=-1`: parsers would
 * take it for an option.
 */
function argumentsOf(name: string, value: ParamValue, byDefault: ParamValue | undefined): string[] {
  if (value === true) return [`--${name}`];
  if (value === false) return byDefault === true ? [`--no-${name}`] : [];
  const text = String(value);
  return text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text];
}

/** What a script gets on its command line: the parameters that its manifest declares, in that order. */
export function paramArguments(declared: ParamDeclarations | undefined, values: ParamValues): string[] {
  if (declared === undefined) return [];
  return Object.entries(declared).flatMap(([name, { default: byDefault }]) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? [] : argumentsOf(name, value, byDefault);
  });
}
