import {
  MeshdeckError,
  type PictureChannels,
  type PictureLayout,
  type PictureOptions,
  type PictureReading,
} from '@meshdeck/shared';
import { elementTypes, outputChoice, planOutputs, usedInputs, type ElementType } from '@meshdeck/shared/onnx';
import type { Frame } from '../../../pictures/fit.js';
import type { LoadedModel } from '../load-model.js';
import { metadataOptions, type UnknownFact } from './metadata-options.js';
import { pictureShape } from './picture-shape.js';
import { channelWords, layoutWords, missingWords, resizeWords, valueWords } from './picture-words.js';
import { pixelValues } from './pixel-values.js';
import { firstSaid, firstWith, type Said } from './said-options.js';

/** How pictures are to be turned into the numbers of a model's input. */
export interface PicturePlan {
  /** The model, its input as large as the pictures are, its classes called as was said. */
  model: LoadedModel;
  frame: Frame;
  channels: PictureChannels;
  layout: PictureLayout;
  /** For each channel in the model's order, what each of the 256 values becomes. */
  values: Float64Array[];
  labels: string[] | undefined;
}

type Facts = PictureReading['facts'];
type Input = LoadedModel['inputs'][number];

/** The one input that takes the pictures. @throws MeshdeckError `model-unsupported` */
function pictureInput(model: LoadedModel, output: string | undefined): Input {
  const plan = planOutputs(model.outputs, outputChoice(output), model.facts);
  const { filled } = usedInputs(model.inputs, plan);
  const [input] = filled;
  if (input === undefined || filled.length > 1)
    throw new MeshdeckError(
      'model-unsupported',
      `The model takes no pictures: it has ${filled.length} inputs (${filled.map(({ name }) => name).join(', ')}), and pictures are for one. Give it a table.`,
    );
  return input;
}

/** @throws MeshdeckError `model-unsupported` for texts and truth values */
function elementsOf({ name, type }: Input): ElementType {
  const elements = type.kind === 'tensor' ? type.elements : type.kind;
  const wanted = elements === 'float16' ? 'float32' : elements;
  const known = elementTypes.find((each) => each === wanted);
  if (known !== undefined && known !== 'string' && known !== 'bool') return known;
  throw new MeshdeckError(
    'model-unsupported',
    `The model takes no pictures: its input "${name}" is ${elements}. Give it a table.`,
  );
}

/** What is said of pixels' values: all of it by one source, or by the type where it holds just them. */
function valuesSaid(said: readonly Said[], type: ElementType, isUnknown: boolean): Said | undefined {
  const found = firstWith(said, ['scale', 'mean', 'std', 'round']);
  if (found?.options.scale !== undefined) return found;
  return type === 'uint8' && found === undefined && !isUnknown
    ? { from: 'type', options: { scale: 1 } }
    : undefined;
}

function withShape(
  model: LoadedModel,
  input: Input,
  rest: readonly number[],
  labels?: string[],
): LoadedModel {
  const { facts } = model;
  return {
    ...model,
    inputs: model.inputs.map((each) => {
      if (each !== input || each.type.kind !== 'tensor') return each;
      const shape = rest.toSpliced(each.rowAxis, 0, 0).map((size, at) => {
        return at === each.rowAxis && each.type.kind === 'tensor' ? (each.type.shape?.[at] ?? null) : size;
      });
      return { ...each, type: { ...each.type, shape } };
    }),
    ...(labels !== undefined && {
      facts: {
        ...facts,
        classLists: [labels, ...facts.classLists],
        namedInMetadata: [labels, ...facts.namedInMetadata],
      },
    }),
  };
}

/**
 * Decides how pictures become a model's numbers. First comes what is told, then the manifest, then the model's metadata,
 * then its shape. What none of them says is not guessed: `tell` hears what is known by then.
 *
 * @throws MeshdeckError `picture-ambiguous` with what is to be said, `model-unsupported` where the model takes no pictures
 */
export function planPictures(
  {
    model,
    told,
    manifest,
    output,
  }: {
    model: LoadedModel;
    told: PictureOptions;
    manifest: PictureOptions;
    output: string | undefined;
  },
  tell: (input: string, facts: Facts) => void,
): PicturePlan {
  const input = pictureInput(model, output);
  const type = elementsOf(input);
  const metadata = metadataOptions(model.metadata);
  const said: Said[] = [
    { from: 'told', options: told },
    { from: 'manifest', options: manifest },
    { from: 'metadata', options: metadata.options },
  ];
  const dims = input.type.kind === 'tensor' ? input.type.shape : undefined;
  if (dims === undefined)
    throw new MeshdeckError(
      'model-unsupported',
      `The model does not say what its input "${input.name}" is made of, so no picture can be given to it. Export it with a shape.`,
    );
  const rest = dims.filter((_, at) => at !== input.rowAxis);
  const shape = pictureShape(rest, said, input.name);
  const facts: Facts = [];
  const add = (fact: Facts[number]['fact'], words: string, from: Facts[number]['from']) =>
    void facts.push({ fact, words: words.slice(0, 300), from });

  const { width, height, layout, count } = shape;
  const isSized = width !== undefined && height !== undefined;
  if (isSized) add('size', `${width.value} x ${height.value} pixels`, width.from);
  const isUnknown = (fact: UnknownFact) => metadata.unknown.some(({ facts: each }) => each.includes(fact));
  const colors = firstSaid(said, 'channels');
  const isGray = count?.value === 1;
  const channels =
    colors ?? (isGray && !isUnknown('channels') ? { value: 'gray' as const, from: count.from } : undefined);
  if (channels !== undefined) {
    if (count !== undefined && (channels.value === 'gray') !== isGray)
      throw new MeshdeckError(
        'picture-ambiguous',
        `The input "${input.name}" takes ${count.value === 1 ? 'one value' : '3 values'} a pixel, and channels=${channels.value} has ${isGray ? '3' : 'one'}.`,
      );
    add('channels', channelWords[channels.value], channels.from);
  }
  add('layout', layoutWords[layout.value], layout.from);
  const values = valuesSaid(said, type, isUnknown('values'));
  if (values !== undefined) add('values', valueWords(values.options), values.from);
  const resize = firstWith(said, ['resize']);
  const frameOf = (w: number, h: number): Frame => ({
    ...{ width: w, height: h, resize: resize?.options.resize, crop: resize?.options.crop ?? 1 },
  });
  if (resize !== undefined) add('resize', resizeWords(frameOf(1, 1)), resize.from);
  const labels = firstSaid(said, 'labels');
  if (labels !== undefined)
    add('labels', `${labels.value.length}: ${labels.value.slice(0, 12).join(', ')}`, labels.from);
  tell(input.name, facts);

  const missing = [
    ...(isSized ? [] : ['size' as const]),
    ...(channels === undefined ? ['channels' as const] : []),
    ...(values === undefined ? ['values' as const] : []),
  ];
  if (missing.length > 0 || !isSized || channels === undefined || values === undefined) {
    const beyond = metadata.unknown.filter(({ facts: each }) => each.some((fact) => missing.includes(fact)));
    throw new MeshdeckError(
      'picture-ambiguous',
      missingWords(
        input.name,
        missing,
        beyond.map(({ says }) => says),
      ),
    );
  }
  const each = channels.value === 'gray' ? 1 : 3;
  return {
    model: withShape(
      model,
      input,
      closed(rest, layout.value, width.value, height.value, each),
      labels?.value,
    ),
    frame: frameOf(width.value, height.value),
    channels: channels.value,
    layout: layout.value,
    values: pixelValues(values.options, { channels: each, type, input: input.name }),
    labels: labels?.value,
  };
}

/** The sizes of a row, none open any more. */
function closed(
  rest: readonly unknown[],
  layout: PictureLayout,
  width: number,
  height: number,
  count: number,
): number[] {
  if (rest.length === 1) return [width * height * count];
  if (rest.length === 2) return [height, width];
  return layout === 'nchw' ? [count, height, width] : [height, width, count];
}
