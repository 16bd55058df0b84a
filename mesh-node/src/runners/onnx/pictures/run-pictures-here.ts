import { fileURLToPath } from 'node:url';
import type { PictureOptions } from '@meshdeck/shared';
import { zipOf, type ZipFile } from '@meshdeck/testing/pictures';
import { memorySink } from '../../../csv/table-sink.js';
import { memorySource } from '../../../csv/table-source.js';
import { openPictures } from '../../../pictures/open-pictures.js';
import { loadModel } from '../load-model.js';
import { createReadingDraft, type ReadingDraft } from '../reading-draft.js';
import type { ModelRun } from '../run-model.js';
import { runPictures } from './run-pictures.js';

/** A run over pictures in the test's own process: its result, or the sentence that it was refused with. */
export interface PicturesRun {
  run: ModelRun;
  lines: string[];
  draft: ReadingDraft;
}

export const modelPath = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url));

/** Runs a fixture model, or one at a path, over an archive of pictures. */
export async function runPicturesHere(
  model: string,
  files: readonly ZipFile[] | Buffer,
  {
    told,
    manifest = {},
    draft = createReadingDraft(told === undefined ? {} : { pictures: told }),
  }: { told?: PictureOptions; manifest?: PictureOptions; draft?: ReadingDraft } = {},
): Promise<PicturesRun> {
  const bytes = Buffer.isBuffer(files) ? files : zipOf(files);
  const set = await openPictures(memorySource(bytes), 'given.png');
  if (set === null) throw new Error('These are no pictures.');
  const sink = memorySink(1e8);
  const run = await runPictures({
    model: await loadModel({ path: model.endsWith('.onnx') ? model : modelPath(model), threads: 1 }),
    ...{ set, manifest, draft },
    openSink: () => sink,
    outputLimitBytes: 1e8,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return { run, draft, lines: sink.bytes().toString('utf8').trimEnd().split('\n') };
}
