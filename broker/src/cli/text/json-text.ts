import { cleanJson } from '@meshdeck/shared';

/** A value as JSON to print: exactly what it is, and nothing in it that a terminal would act on. */
export function jsonText(value: unknown, { indent = 2 }: { indent?: number } = {}): string {
  return cleanJson(JSON.stringify(value, null, indent));
}
