import { pictureOptionsSchema, type PictureOptions } from '@meshdeck/shared';

/** What a model's file says about pictures, and what of it is beyond what is done here. */
export interface MetadataOptions {
  options: PictureOptions;
  /** Completes "the model's file". */
  refusal?: string;
}

/** Our own key: what the manifest's `pictures` says, as JSON. */
const ownKey = 'pictures';

function ownOptions(metadata: ReadonlyMap<string, string>): MetadataOptions | undefined {
  const text = metadata.get(ownKey);
  if (text === undefined || !text.trimStart().startsWith('{')) return undefined;
  try {
    const read = pictureOptionsSchema.safeParse(JSON.parse(text));
    if (read.success) return { options: read.data };
    const [issue] = read.error.issues;
    return {
      options: {},
      refusal: `has metadata "pictures" that is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    };
  } catch {
    return { options: {}, refusal: 'has metadata "pictures" that is no JSON' };
  }
}

const formats: Readonly<Record<string, PictureOptions['channels']>> = {
  gray8: 'gray',
  rgb8: 'rgb',
  bgr8: 'bgr',
};

const ranges: Readonly<Record<string, Pick<PictureOptions, 'scale' | 'mean'>>> = {
  nominalrange_0_255: { scale: 1 },
  normalized_0_1: { scale: '1/255' },
  normalized_1_1: { scale: '2/255', mean: [1] },
};

/** ONNX's metadata of images, keys and values in any case [onnx, MetadataProps.md]. */
function imageOptions(metadata: ReadonlyMap<string, string>): MetadataOptions | undefined {
  const of = (key: string) => metadata.get(`image.${key}`)?.trim().toLowerCase();
  const format = of('bitmappixelformat');
  const range = of('nominalpixelrange');
  const gamma = of('colorspacegamma');
  if (format === undefined && range === undefined && gamma === undefined) return undefined;
  const options: PictureOptions = {
    ...(format !== undefined && formats[format] !== undefined && { channels: formats[format] }),
    ...(range !== undefined && ranges[range]),
  };
  const says = (key: string, value: string | undefined) => `says Image.${key} "${value?.slice(0, 40)}"`;
  if (format !== undefined && formats[format] === undefined)
    return { options, refusal: says('BitmapPixelFormat', format) };
  if (range !== undefined && ranges[range] === undefined)
    return { options, refusal: says('NominalPixelRange', range) };
  if (gamma !== undefined && gamma !== 'srgb') return { options, refusal: says('ColorSpaceGamma', gamma) };
  return { options };
}

/** Classifiers of Ultralytics: red, green, blue from 0 to 1, the middle of the picture [ultralytics, classify_transforms]. */
function ultralyticsOptions(metadata: ReadonlyMap<string, string>): MetadataOptions | undefined {
  const isTheirs = metadata.has('stride') && metadata.has('task') && metadata.has('names');
  if (!isTheirs) return undefined;
  const [height, width = height] = (metadata.get('imgsz') ?? '').match(/\d+/g)?.map(Number) ?? [];
  const size = height !== undefined && width !== undefined ? { width, height } : {};
  if (metadata.get('task') !== 'classify') return { options: size };
  return { options: { ...size, channels: 'rgb', scale: '1/255', resize: 'cover', crop: 1 } };
}

/** What the model's metadata says about pictures: our own word, ONNX's, that of an exporter. */
export function metadataOptions(metadata: ReadonlyMap<string, string>): MetadataOptions {
  return ownOptions(metadata) ?? imageOptions(metadata) ?? ultralyticsOptions(metadata) ?? { options: {} };
}
