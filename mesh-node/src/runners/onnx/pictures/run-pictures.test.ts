import type { PictureOptions } from '@meshdeck/shared';
import { digitPictures, pngOf, type ZipFile, zipOf } from '@meshdeck/testing/pictures';
import { digits, linesOf } from '@meshdeck/testing/tables';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../load-model.js';
import { createReadingDraft } from '../reading-draft.js';
import { runInProcess } from '../run-in-process.js';
import { runPicturesHere } from './fixtures/run-pictures-here.js';

const runPictures = (
  model: string,
  files: readonly ZipFile[],
  options: Parameters<typeof runPicturesHere>[2] = {},
) => runPicturesHere(model, zipOf(files), options);

/** Two by two pixels: red, green, blue, and a gray; their values tell where each went. */
const four = pngOf(2, 2, [255, 0, 51, 0, 255, 102, 51, 102, 255, 153, 153, 153]);
const pictures: ZipFile[] = [{ name: 'four.png', data: four }];
const unit: PictureOptions = { scale: '1/255' };

async function fed(model: string, told: PictureOptions, files = pictures): Promise<number[]> {
  const { lines } = await runPictures(model, files, { told });
  return (lines[1] ?? '').split(',').slice(1).map(Number);
}

const red = [1, 0, 0.2, 0.6];
const green = [0, 1, 0.4, 0.6];
const blue = [0.2, 0.4, 1, 0.6];
const gray = [0.32156864, 0.63137257, 0.40784314, 0.6];
const byPixel = [1, 0, 0.2, 0, 1, 0.4, 0.2, 0.4, 1, 0.6, 0.6, 0.6];

describe('pixels', () => {
  it.each<[model: string, told: PictureOptions, wanted: number[]]>([
    ['colors-first', { ...unit, channels: 'rgb' }, [...red, ...green, ...blue]],
    ['colors-first', { ...unit, channels: 'bgr' }, [...blue, ...green, ...red]],
    ['colors-last', { ...unit, channels: 'rgb' }, byPixel],
    ['colors-last', { scale: 1, channels: 'rgb' }, byPixel.map((value) => Math.round(value * 255))],
    ['one-at-a-time', { ...unit, channels: 'rgb' }, [...red, ...green, ...blue]],
    ['three-at-a-time', unit, gray],
    ['gray-rows', unit, gray],
    ['either-way', { ...unit, channels: 'rgb', layout: 'nhwc', resize: 'stretch' }, []],
    ['bytes', { channels: 'rgb' }, byPixel.map((value) => Math.round(value * 255))],
    ['whole-numbers', { scale: 1 }, [82, 161, 104, 153]],
    ['whole-numbers', { scale: '16/255', round: true }, [5, 10, 7, 10]],
    [
      'row-of-pixels',
      { ...unit, width: 2, height: 2, channels: 'rgb', layout: 'nchw' },
      [...red, ...green, ...blue],
    ],
    ['row-of-pixels', { ...unit, width: 2, height: 2, channels: 'rgb', layout: 'nhwc' }, byPixel],
    [
      'colors-first',
      { scale: '2/255', mean: [1], channels: 'rgb' },
      [...red, ...green, ...blue].map((v) => v * 2 - 1),
    ],
    [
      'colors-first',
      { ...unit, mean: [0.1, 0.2, 0.3], std: [0.5, 1, 2], channels: 'rgb' },
      [...red.map((v) => (v - 0.1) / 0.5), ...green.map((v) => v - 0.2), ...blue.map((v) => (v - 0.3) / 2)],
    ],
  ])('of %s told %j', async (model, told, wanted) => {
    const got = await fed(model, told);
    if (wanted.length === 0) return expect(got.length).toBe(18);
    expect(got.length).toBe(wanted.length);
    got.forEach((value, at) => expect(value).toBeCloseTo(wanted[at] ?? NaN, 6));
  });

  it('are rounded to half floats where the model takes them', async () => {
    const got = await fed('half-floats', unit);
    expect(got[0]).toBeCloseTo(0.32156864, 3);
    expect(got[0]).not.toBeCloseTo(0.32156864, 6);
  });

  it('come in the size that is told where the model leaves it open', async () => {
    const got = await fed('open-size', { ...unit, channels: 'rgb', width: 2, height: 2 });
    expect(got).toEqual([0.45, 0.5, 0.55].map((value) => expect.closeTo(value, 6) as number));
  });
});

describe('what the model says of itself', () => {
  it.each<[model: string, wanted: number[]]>([
    ['image-metadata', [...blue, ...green, ...red].map((value) => value * 2 - 1)],
    ['own-metadata', [...blue, ...green, ...red].map((value) => value - 0.5)],
  ])('is enough: %s', async (model, wanted) => {
    const { lines, run } = await runPictures(model, pictures);
    const got = (lines[1] ?? '').split(',').slice(1).map(Number);
    got.forEach((value, at) => expect(value).toBeCloseTo(wanted[at] ?? NaN, 6));
    expect(run.reading.pictures?.facts.map(({ fact, from }) => `${fact} ${from}`)).toEqual([
      'size shape',
      'channels metadata',
      'layout shape',
      'values metadata',
    ]);
  });

  it('is a classifier of Ultralytics: the middle of each picture, its classes by their names', async () => {
    // Red left and right of a green middle.
    const wide = pngOf(
      8,
      4,
      Array.from({ length: 32 }, (_, at) => (at % 8 < 2 || at % 8 > 5 ? [255, 0, 0] : [0, 255, 0])).flat(),
    );
    const { lines, run } = await runPictures('ultralytics-classify', [
      { name: 'b.png', data: wide },
      { name: 'a.png', data: pngOf(4, 4, new Array<number>(16).fill(128)) },
    ]);
    expect(lines[0]).toBe('file,prediction,probability_red,probability_green,probability_blue');
    expect(lines[2]).toMatch(/^b\.png,green,/);
    // It is cut, and no pixel of it is another.
    expect(run.reading.pictures?.notes).toEqual([]);
  });

  it.each<[model: string, told: PictureOptions, wanted: number[]]>([
    ['image-metadata-linear', unit, [...red, ...green, ...blue]],
    ['image-metadata-video-bytes', { scale: 1 }, byPixel.map((value) => Math.round(value * 255))],
    ['image-metadata-gray-16', { channels: 'gray' }, gray],
    ['own-metadata-broken', { channels: 'gray', scale: 1 }, [82, 161, 104, 153]],
  ])('and is not known here, gives way to what is told: %s', async (model, told, wanted) => {
    const got = await fed(model, told);
    expect(got).toEqual(wanted.map((value) => expect.closeTo(value, 6) as number));
    const { lines } = await runPictures(model, pictures, { manifest: told });
    expect((lines[1] ?? '').split(',').slice(1).map(Number)).toEqual(got);
  });

  it('gives way to the manifest, and that to what is told', async () => {
    const manifest: PictureOptions = { channels: 'rgb', scale: 1 };
    const one = await runPictures('image-metadata', pictures, { manifest });
    expect(one.lines[1]).toMatch(/^four\.png,255,0,51,/);
    const two = await runPictures('image-metadata', pictures, { manifest, told: { scale: '1/255' } });
    expect(two.lines[1]).toMatch(/^four\.png,1,0,0\.2,/);
    expect(two.run.reading.pictures?.facts).toContainEqual({
      fact: 'values',
      words: 'pixel x 1/255',
      from: 'told',
    });
  });
});

describe('what nothing says is not guessed', () => {
  it.each<[model: string, told: PictureOptions, code: string, sentence: string]>([
    [
      'colors-first',
      {},
      'picture-ambiguous',
      'Neither the model nor the app says whether their colours are RGB, BGR or gray, and how pixels become numbers, for the input "pixels". Say it as the model was trained: --pictures channels=rgb,scale=1/255 or --pictures imagenet,',
    ],
    [
      'colors-first',
      { channels: 'rgb' },
      'picture-ambiguous',
      'says how pixels become numbers, for the input "pixels"',
    ],
    [
      'colors-first',
      unit,
      'picture-ambiguous',
      'says whether their colours are RGB, BGR or gray, for the input',
    ],
    ['bytes', {}, 'picture-ambiguous', 'says whether their colours are RGB, BGR or gray, for the input'],
    [
      'open-size',
      { ...unit, channels: 'rgb' },
      'picture-ambiguous',
      'says how large pictures are, for the input "pixels"',
    ],
    ['either-way', { ...unit, channels: 'rgb' }, 'picture-ambiguous', 'layout=nchw or layout=nhwc'],
    [
      'colors-first',
      { ...unit, channels: 'gray' },
      'picture-ambiguous',
      'takes 3 values a pixel, and channels=gray has one',
    ],
    [
      'colors-first',
      { ...unit, channels: 'rgb', width: 4 },
      'picture-ambiguous',
      'takes pictures of the width 2, and not 4',
    ],
    [
      'colors-first',
      { ...unit, channels: 'rgb', mean: [1, 2] },
      'picture-ambiguous',
      'mean has 2 numbers, and the pictures have 3 channels',
    ],
    ['whole-numbers', unit, 'picture-ambiguous', 'has the type int64, which does not hold 0.004'],
    [
      'bytes',
      { scale: 2, channels: 'rgb' },
      'picture-ambiguous',
      'has the type uint8, which does not hold 256',
    ],
    [
      'image-metadata-video',
      {},
      'picture-ambiguous',
      'The model\'s file says Image.NominalPixelRange "nominalrange_16_235", which is not known here.',
    ],
    [
      'image-metadata-linear',
      {},
      'picture-ambiguous',
      'The model\'s file says Image.ColorSpaceGamma "linear", which is not known here. So neither the model nor the app says how pixels become numbers, for the input "pixels". Say it as the model was trained: --pictures scale=1/255 or',
    ],
    [
      'image-metadata-video-bytes',
      {},
      'picture-ambiguous',
      'says Image.NominalPixelRange "nominalrange_16_235", which is not known here. So neither the model nor the app says how pixels',
    ],
    [
      'image-metadata-gray-16',
      {},
      'picture-ambiguous',
      'says Image.BitmapPixelFormat "gray16", which is not known here. So neither the model nor the app says whether their colours',
    ],
    // Another fact than the one that is not known.
    [
      'image-metadata-linear',
      { channels: 'rgb' },
      'picture-ambiguous',
      'says Image.ColorSpaceGamma "linear"',
    ],
    ['image-metadata-gray-16', unit, 'picture-ambiguous', 'says Image.BitmapPixelFormat "gray16"'],
    [
      'own-metadata-broken',
      { scale: 1 },
      'picture-ambiguous',
      'has metadata "pictures" that is not valid: scale',
    ],
    ['four-channels', unit, 'model-unsupported', 'which is no picture of 1 or 3 values a pixel'],
    [
      'row-of-pixels',
      unit,
      'model-unsupported',
      'takes no pictures: its input "pixels" takes 12 values for each row',
    ],
    [
      'row-of-pixels',
      { ...unit, width: 3, height: 3, channels: 'gray' },
      'picture-ambiguous',
      'takes 12 values for each row, and pictures of 3 x 3 with 1 a pixel have 9',
    ],
    [
      'row-of-pixels',
      { ...unit, width: 2, height: 2, channels: 'rgb' },
      'picture-ambiguous',
      'say layout=nhwc or layout=nchw',
    ],
    ['two-inputs', unit, 'model-unsupported', 'takes no pictures: it has 2 inputs (pixels, others)'],
  ])('%s told %j', async (model, told, code, sentence) => {
    await expect(runPictures(model, pictures, { told })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence) as string,
    });
  });

  it('nor is what becomes of another shape', async () => {
    const files = [...pictures, { name: 'wide.png', data: pngOf(4, 2, new Array<number>(24).fill(9)) }];
    const told: PictureOptions = { ...unit, channels: 'rgb' };
    await expect(runPictures('colors-first', files, { told })).rejects.toMatchObject({
      code: 'picture-ambiguous',
      message: expect.stringContaining(
        'The picture "wide.png" has 4 x 2 pixels, and the model takes 2 x 2',
      ) as string,
    });
    expect(
      (await runPictures('colors-first', files, { told: { ...told, resize: 'cover' } })).lines.length,
    ).toBe(3);
  });

  it.each<[options: PictureOptions, sizes: [number, number][], resampled: number]>([
    [{ resize: 'cover', crop: 0.5 }, [[2, 2]], 1],
    [
      { resize: 'cover', crop: 0.5 },
      [
        [4, 4],
        [9, 4],
      ],
      0,
    ],
    [
      { resize: 'cover' },
      [
        [2, 2],
        [4, 4],
        [4, 2],
      ],
      1,
    ],
    [
      { resize: 'contain' },
      [
        [2, 2],
        [1, 2],
        [4, 2],
      ],
      1,
    ],
    [
      { resize: 'stretch' },
      [
        [2, 2],
        [4, 2],
      ],
      1,
    ],
  ])('and those are counted that are resampled: %j of %j', async (options, sizes, resampled) => {
    const files = sizes.map(([width, height], at) => ({
      name: `${at}.png`,
      data: pngOf(width, height, new Array<number>(width * height * 3).fill(9)),
    }));
    const { run } = await runPictures('colors-first', files, {
      told: { ...unit, channels: 'rgb', ...options },
    });
    const note = '1 picture was resampled to the size that the model takes.';
    expect(run.reading.pictures?.notes).toEqual(resampled === 1 ? [note] : []);
  });

  it('and a refusal comes with what was found out before it', async () => {
    const draft = createReadingDraft();
    await expect(runPictures('colors-first', pictures, { draft })).rejects.toThrow('Say it as');
    expect(draft.partial().pictures?.facts).toEqual([
      { fact: 'size', words: '2 x 2 pixels', from: 'shape' },
      { fact: 'layout', words: 'colour by colour (NCHW)', from: 'shape' },
    ]);
  });
});

it('refuses a run with one broken picture, by its name', async () => {
  const files = [...pictures, { name: 'Ärger & Söhne (2).png', data: four.subarray(0, 50) }];
  await expect(
    runPictures('colors-first', files, { told: { ...unit, channels: 'rgb' } }),
  ).rejects.toMatchObject({
    code: 'picture-invalid',
    message:
      'The picture "Ärger & Söhne (2).png" is broken: it ends too early. Send it again from where it came, or leave it out.',
  });
});

it('calls the classes as the manifest does, and says where that cannot be', async () => {
  const plain = [{ name: 'a.png', data: pngOf(4, 4, new Array<number>(48).fill(128)) }];
  const manifest: PictureOptions = { ...unit, channels: 'rgb', labels: ['cat', 'dog', 'cow'] };
  const named = await runPictures('classes', plain, { manifest });
  expect(named.lines[0]).toBe('file,prediction,probability_cat,probability_dog,probability_cow');
  const two = await runPictures('classes', plain, { manifest: { ...manifest, labels: ['cat', 'dog'] } });
  expect(two.run.reading.warnings.join(' ')).toContain('The 2 labels are not used');
});

it('gives for the digits as pictures what their table gives, byte for byte', async () => {
  const files = digitPictures();
  const { lines, run } = await runPictures(digits.model, files);
  const model = await loadModel({ path: digits.model, threads: 1 });
  const table = await runInProcess(model, readFileSync(digits.input));
  const predicted = table.header.indexOf('prediction');
  expect(run.rows).toBe(450);
  expect(lines[0]).toBe(['file', ...table.header.slice(predicted)].join(','));
  expect(lines.slice(1)).toEqual(
    table.rows.map((row, at) => [files[at]?.name, ...row.slice(predicted)].join(',')),
  );
  // And scikit-learn itself says the same.
  const known = linesOf(`${digits.app}/digits-expected.csv`).slice(1);
  expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(known.map((line) => line.split(',')[1]));
});
