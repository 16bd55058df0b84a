import {
  MeshdeckError,
  type PictureChannels,
  type PictureLayout,
  type PictureSource,
} from '@meshdeck/shared';
import { firstSaid, type Said, type Sourced } from './said-options.js';

/** One size of a row of the input: a number, or a name or null for an open one. */
type Dim = number | string | null;

/** How large a picture the model takes, and how its values lie. What nothing says is undefined. */
export interface PictureShape {
  width: Sourced<number> | undefined;
  height: Sourced<number> | undefined;
  layout: Sourced<PictureLayout>;
  /** 1 or 3 values a pixel; undefined where nothing says. */
  count: Sourced<1 | 3> | undefined;
}

const refused = (sentence: string) => new MeshdeckError('model-unsupported', sentence);
const shapeText = (dims: readonly Dim[]) =>
  `[${dims.map((dim) => (typeof dim === 'number' ? dim : '?')).join(', ')}]`;
const isCount = (dim: Dim | undefined): dim is 1 | 3 => dim === 1 || dim === 3;

/** The size that the shape has, or, where it is open, the one that is said. @throws where they differ */
function side(
  name: 'width' | 'height',
  dim: Dim | undefined,
  said: readonly Said[],
): Sourced<number> | undefined {
  const told = firstSaid(said, name);
  if (typeof dim !== 'number') return told;
  if (told !== undefined && told.value !== dim && told.from !== 'metadata')
    throw new MeshdeckError(
      'picture-ambiguous',
      `The model takes pictures of the ${name} ${dim}, and not ${told.value}: leave the ${name} out.`,
    );
  return { value: dim, from: 'shape' };
}

function layoutOf(rest: readonly Dim[], said: readonly Said[]): Sourced<PictureLayout> | 'either' | 'none' {
  const told = firstSaid(said, 'layout');
  if (told !== undefined) return told;
  const [first, , last] = rest;
  const isFirst = isCount(first);
  const isLast = isCount(last);
  if (isFirst && isLast) return 'either';
  if (isFirst) return { value: 'nchw', from: 'shape' };
  return isLast ? { value: 'nhwc', from: 'shape' } : 'none';
}

function ofChannels(rest: readonly Dim[], said: readonly Said[], input: string): PictureShape {
  const layout = layoutOf(rest, said);
  if (layout === 'either')
    throw new MeshdeckError(
      'picture-ambiguous',
      `The input "${input}" (${shapeText(rest)} for each row) may have its colours first or last: say layout=nchw or layout=nhwc (--pictures).`,
    );
  if (layout === 'none' || layout.value === 'flat')
    throw refused(
      `The input "${input}" takes ${shapeText(rest)} for each row, which is no picture of 1 or 3 values a pixel.`,
    );
  const [first, second, third] = rest;
  const [count, height, width] = layout.value === 'nchw' ? [first, second, third] : [third, first, second];
  if (typeof count === 'number' && !isCount(count))
    throw refused(`The input "${input}" takes ${count} values a pixel; a picture has 1 or 3.`);
  return {
    layout,
    width: side('width', width, said),
    height: side('height', height, said),
    count: isCount(count) ? { value: count, from: 'shape' } : undefined,
  };
}

const countOf = (channels: PictureChannels): 1 | 3 => (channels === 'gray' ? 1 : 3);

/** One long row: nothing but a word on it says that it is a picture. */
function ofRow(dim: Dim | undefined, said: readonly Said[], input: string): PictureShape {
  const [width, height] = [firstSaid(said, 'width'), firstSaid(said, 'height')];
  if (width === undefined || height === undefined) {
    const many = typeof dim === 'number' ? `${dim.toLocaleString('en-US')} values` : 'any number of values';
    throw refused(
      `The model takes no pictures: its input "${input}" takes ${many} for each row. If these are pixels, say width, height and channels (--pictures width=8,height=8,channels=gray,scale=1/255).`,
    );
  }
  const channels = firstSaid(said, 'channels');
  const layout = firstSaid(said, 'layout') ?? { value: 'flat' as const, from: width.from };
  const pixels = width.value * height.value;
  const count =
    channels !== undefined
      ? { value: countOf(channels.value), from: channels.from }
      : dim === pixels
        ? { value: 1 as const, from: 'shape' as const }
        : undefined;
  if (typeof dim === 'number' && count !== undefined && pixels * count.value !== dim)
    throw new MeshdeckError(
      'picture-ambiguous',
      `The input "${input}" takes ${dim.toLocaleString('en-US')} values for each row, and pictures of ${width.value} x ${height.value} with ${count.value} a pixel have ${(pixels * count.value).toLocaleString('en-US')}.`,
    );
  if (count?.value === 3 && layout.value === 'flat')
    throw new MeshdeckError(
      'picture-ambiguous',
      `The three colours of each pixel may stand together in "${input}", or each colour for itself: say layout=nhwc or layout=nchw (--pictures).`,
    );
  return { width, height, layout, count };
}

/**
 * A picture as the input's shape has it (`rest`: without the dimension of rows), and what is said where the shape is open.
 *
 * @throws MeshdeckError `model-unsupported` where it is no picture, `picture-ambiguous` where it may be two
 */
export function pictureShape(rest: readonly Dim[], said: readonly Said[], input: string): PictureShape {
  if (rest.length === 3) return ofChannels(rest, said, input);
  if (rest.length === 2) {
    const [height, width] = rest;
    const from: PictureSource = 'shape';
    return {
      layout: { value: 'flat', from },
      width: side('width', width, said),
      height: side('height', height, said),
      count: { value: 1, from },
    };
  }
  if (rest.length === 1) return ofRow(rest[0], said, input);
  throw refused(`The model takes no pictures: its input "${input}" takes ${shapeText(rest)} for each row.`);
}
