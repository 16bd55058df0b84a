import type { PictureOptions, PictureSource } from '@meshdeck/shared';

/** What one source says. */
export interface Said {
  from: PictureSource;
  options: PictureOptions;
}

/** A value with where it is from. */
export interface Sourced<T> {
  value: T;
  from: PictureSource;
}

/** What the first source says that says something of it. */
export function firstSaid<Field extends keyof PictureOptions>(
  said: readonly Said[],
  field: Field,
): Sourced<NonNullable<PictureOptions[Field]>> | undefined {
  for (const { from, options } of said) {
    const value = options[field];
    if (value !== undefined) return { from, value };
  }
  return undefined;
}

/** These mean something together only: one source's mean on another's scale would be neither's. */
export function firstWith(
  said: readonly Said[],
  fields: readonly (keyof PictureOptions)[],
): Said | undefined {
  return said.find(({ options }) => fields.some((field) => options[field] !== undefined));
}
