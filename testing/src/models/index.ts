import { join } from 'node:path';
import { root } from '../checkout/index.js';

const at = (name: string) => join(root, 'testing/models', name);

/** Models of our own making; make-model.py and make-noop.py beside them wrote them. */
export const models = {
  /** Sixteen numbers in, a network of one wide layer, four classes out. */
  wide: at('wide16.onnx'),
  /** The same of many layers: its work is long for its size. */
  deep: at('deep16.onnx'),
  /** Gives back the number it takes. */
  noop: at('noop.onnx'),
};
