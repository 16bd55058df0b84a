import type { FilePreview } from '@meshdeck/shared';

/** Indented where it is JSON and all of it is there; else as it is. */
export function previewText({ text, isJson, isCut }: Extract<FilePreview, { kind: 'text' }>): string {
  if (!isJson || isCut) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
