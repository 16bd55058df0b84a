import { pictureOptionsSchema, type PictureOptions } from '@meshdeck/shared';

/** What a model's file says about pictures, and what of it is beyond what is done here. */
export interface MetadataOptions {
  options: PictureOptions;
  /** What has to be said by somebody else, since the file says it in a way not known here. `says` completes "the model's file". */
  unknown: readonly { facts: readonly UnknownFact[]; says: string }[];
}

/** What a picture's numbers cannot be made without. */
export type UnknownFact = 'channels' | 'values';

/** Our own key: what the manifest's `pictures` says, as JSON. */
const ownKey = 'pictures';

const unreadable = (says: string): MetadataOptions => ({
  options: {},
  unknown: [{ facts: ['channels', 'values'], says }],
});

function ownOptions(metadata: ReadonlyMap<string, string>): MetadataOptions | undefined {
  const text = metadata.get(ownKey);
  if (text === undefined || !text.trimStart().startsWith('{')) return undefined;
  try {
    const read = pictureOptionsSchema.safeParse(JSON.parse(text));
    if (read.success) return { options: read.data, unknown: [] };
    const [issue] = read.error.issues;
    return unreadable(
      `has metadata "pictures" that is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  } catch {
    return unreadable('has metadata "pictures" that is no JSON');
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
  const channels = format === undefined ? undefined : formats[format];
  const values = range === undefined ? undefined : ranges[range];
  const isOtherGamma = gamma !== undefined && gamma !== 'srgb';
  const unknown = (fact: UnknownFact, key: string, value: string) => ({
    facts: [fact],
    says: `says Image.${key} "${value.slice(0, 40)}"`,
  });
  return {
    options: {
      ...(channels !== undefined && { channels }),
      // What a pixel is before it is scaled is not known with another gamma.
      ...(!isOtherGamma && values),
    },
    unknown: [
      ...(format !== undefined && channels === undefined
        ? [unknown('channels', 'BitmapPixelFormat', format)]
        : []),
      ...(range !== undefined && values === undefined ? [unknown('values', 'NominalPixelRange', range)] : []),
      ...(isOtherGamma ? [unknown('values', 'ColorSpaceGamma', gamma)] : []),
    ],
  };
}

/** Classifiers of Ultralytics: red, green, blue from 0 to 1, the middle of the picture [ultralytics, classify_transforms]. */
function ultralyticsOptions(metadata: ReadonlyMap<string, string>): MetadataOptions | undefined {
  const isTheirs = metadata.has('stride') && metadata.has('task') && metadata.has('names');
  if (!isTheirs) return undefined;
  const [height, width = height] = (metadata.get('imgsz') ?? '').match(/\d+/g)?.map(Number) ?? [];
  const size = height !== undefined && width !== undefined ? { width, height } : {};
  if (metadata.get('task') !== 'classify') return { options: size, unknown: [] };
  return { options: { ...size, channels: 'rgb', scale: '1/255', resize: 'cover', crop: 1 }, unknown: [] };
}

/** What the model's metadata says about pictures: our own word, ONNX's, that of an exporter. */
export function metadataOptions(metadata: ReadonlyMap<string, string>): MetadataOptions {
  const none = { options: {}, unknown: [] };
  return ownOptions(metadata) ?? imageOptions(metadata) ?? ultralyticsOptions(metadata) ?? none;
}
