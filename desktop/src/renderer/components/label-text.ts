import { type Labels, labelsSchema } from '@meshdeck/shared';

/** `{gpu: 'yes', room: 'A'}` -> `gpu=yes, room=A` */
export const labelsToText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ');

/** What a person typed as labels, separated by commas or line breaks; a sentence where it cannot be read. */
export function labelsFromText(text: string): { labels: Labels } | { problem: string } {
  const labels: Record<string, string> = {};
  for (const part of text.split(/[,\n]/)) {
    const [key = '', ...value] = part.split('=');
    if (part.trim() !== '') labels[key.trim()] = value.join('=').trim();
  }
  const parsed = labelsSchema.safeParse(labels);
  if (parsed.success) return { labels: parsed.data };
  return {
    problem: 'Write labels as key=value, separated by commas; keys of letters, digits, ".", "-" and "_".',
  };
}
