import * as z from 'zod';

export const pictureChannels = ['gray', 'rgb', 'bgr'] as const;
export type PictureChannels = (typeof pictureChannels)[number];

/** How a picture's values lie in the model's input: colour by colour, pixel by pixel, or one gray value for each pixel. */
export const pictureLayouts = ['nchw', 'nhwc', 'flat'] as const;
export type PictureLayout = (typeof pictureLayouts)[number];

/** How a picture of another shape comes to the model's: pulled to it, cut to its middle, or with black edges. */
export const pictureResizes = ['stretch', 'cover', 'contain'] as const;
export type PictureResize = (typeof pictureResizes)[number];

/** The longest side of a picture as a model takes it, in pixels. */
export const longestModelSide = 8192;
const sideSchema = z.number().int().min(1).max(longestModelSide);

const fraction = /^-?\d{1,12}(?:\.\d{1,12})?\/\d{1,12}(?:\.\d{1,12})?$/;

/** A number, or a fraction as it is written: `1/255`. */
export const pictureScaleSchema = z.union([z.number(), z.string().regex(fraction, 'is a number or A/B')]);
const channelNumbers = z.array(z.number()).min(1).max(3);

/**
 * What is said about how pictures become a model's numbers. Of each pixel's value from 0 to 255 the model gets
 * `(value * scale - mean) / std`, with one `mean` and `std` for all channels or one for each.
 */
export const pictureOptionsSchema = z.strictObject({
  width: sideSchema.optional(),
  height: sideSchema.optional(),
  channels: z.enum(pictureChannels).optional(),
  layout: z.enum(pictureLayouts).optional(),
  scale: pictureScaleSchema.optional(),
  mean: channelNumbers.optional(),
  std: z.array(z.number().positive()).min(1).max(3).optional(),
  /** The numbers are rounded to whole ones at last. */
  round: z.boolean().optional(),
  resize: z.enum(pictureResizes).optional(),
  /** With `cover`: so much of the shorter side is kept, as 0.875 for 224 of 256 pixels. */
  crop: z.number().min(0.1).max(1).optional(),
  /** The classes, in the order of the model's scores. */
  labels: z.array(z.string().min(1).max(200)).min(1).max(10_000).optional(),
});
export type PictureOptions = z.infer<typeof pictureOptionsSchema>;

/** Ways of turning pixels into numbers that have a name. `imagenet` is that of torchvision's models of 224 pixels. */
export const picturePresets = {
  imagenet: {
    channels: 'rgb',
    scale: '1/255',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    resize: 'cover',
    crop: 0.875,
  },
} as const satisfies Record<string, PictureOptions>;

/** Where a fact about pictures is from: said for this run, the manifest, the model's metadata, its shape, or its type. */
export const pictureSources = ['told', 'manifest', 'metadata', 'shape', 'type'] as const;
export type PictureSource = (typeof pictureSources)[number];

export const pictureFacts = ['size', 'channels', 'layout', 'values', 'resize', 'labels'] as const;

/** How pictures become the numbers of a model's input. */
export const pictureReadingSchema = z.object({
  input: z.string().max(200),
  facts: z
    .array(z.object({ fact: z.enum(pictureFacts), words: z.string().max(300), from: z.enum(pictureSources) }))
    .max(10),
  /** One sentence for everything that was not taken as it stands. */
  notes: z.array(z.string().max(300)).max(20),
  /** Files that are no pictures, and why they are left out. */
  leftOut: z.array(z.object({ file: z.string().max(200), why: z.string().max(100) })).max(20),
  leftOutMore: z.number().int().positive().optional(),
});
export type PictureReading = z.infer<typeof pictureReadingSchema>;
