import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Locator } from 'playwright/test';

/** Drags a file of this machine over something on the page and lets it go there. */
export async function dropFile(target: Locator, path: string): Promise<void> {
  const transfer = await target.page().evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name));
      return data;
    },
    [basename(path), readFileSync(path).toString('base64')] as const,
  );
  await target.dispatchEvent('dragover', { dataTransfer: transfer });
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}
