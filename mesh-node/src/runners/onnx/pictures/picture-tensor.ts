import type { Tensor } from 'onnxruntime-node';
import { createElements, firstElements, type ElementArray, type ModelInput } from '@meshdeck/shared/onnx';
import type { Raster } from '../../../pictures/raster.js';
import { inputTensor } from '../rows/input-tensor.js';
import type { PicturePlan } from './plan-pictures.js';

/** Gathers pictures into one tensor after another. */
export interface PictureTensors {
  /** Puts a picture of the plan's size in its place, from 0 up. */
  put(picture: Raster, row: number): void;
  /** The first `rows` of them; where the model insists on a number of rows, the last one is repeated. */
  take(rows: number): Tensor;
}

export function createPictureTensors(
  input: ModelInput,
  { frame, channels, layout, values }: Pick<PicturePlan, 'frame' | 'channels' | 'layout' | 'values'>,
  maxRows: number,
): PictureTensors {
  const pixels = frame.width * frame.height;
  const each = values.length;
  const width = pixels * each;
  const most = Math.max(maxRows, input.batchRows ?? 0);
  const elements: ElementArray = createElements(input.type, most * width);
  const isBig = elements instanceof BigInt64Array || elements instanceof BigUint64Array;
  const tables = values.map((table) => (isBig ? Array.from(table, (value) => BigInt(value)) : table));
  const isTogether = layout === 'nhwc';

  return {
    put({ data, channels: has }, row) {
      for (let channel = 0; channel < each; channel++) {
        const table = tables[channel] ?? [];
        const from = channels === 'bgr' ? has - 1 - channel : channel;
        let at = row * width + (isTogether ? channel : channel * pixels);
        const step = isTogether ? each : 1;
        for (let pixel = 0; pixel < pixels; pixel++) {
          elements[at] = table[data[pixel * has + from] as number] as never;
          at += step;
        }
      }
    },
    take(rows) {
      const given = input.batchRows ?? rows;
      for (let at = rows * width; at < given * width; at++) elements[at] = elements[at - width] as never;
      return inputTensor(input, firstElements(elements, given * width), given, width);
    },
  };
}
