/** `learning-rate` -> `MESHDECK_PARAM_LEARNING_RATE` */
export const paramVariable = (name: string): string =>
  `MESHDECK_PARAM_${name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`;

/** Two names that would be one in the environment, in words; undefined where there are none. */
export function collidingParams(names: readonly string[]): string | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const variable = paramVariable(name);
    const other = seen.get(variable);
    if (other !== undefined)
      return `the parameters "${other}" and "${name}" would both be ${variable}; rename one of them`;
    seen.set(variable, name);
  }
  return undefined;
}
