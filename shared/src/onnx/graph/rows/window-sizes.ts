import type { RuleContext } from './row-rule.js';
import type { Size } from './row-state.js';

/** Sizes behind an operator that moves a window over images or series [ONNX Conv, MaxPool]; null for what is not known. */
export function windowed(context: RuleContext, dims: readonly Size[]): Size[] {
  const { node, flow, ints } = context;
  const [rows = null, channels = null, ...spatial] = dims;
  const weights = flow.constant(node.inputs[1] ?? '')?.dims;
  switch (node.operator) {
    case 'Conv': {
      const sizes = ints('kernel_shape') ?? weights?.slice(2);
      return [
        rows,
        weights?.[0] ?? null,
        ...spatial.map((size, at) => windowCount(context, size, sizes?.[at], at)),
      ];
    }
    case 'MaxPool':
    case 'AveragePool':
    case 'LpPool': {
      const sizes = ints('kernel_shape');
      return [rows, channels, ...spatial.map((size, at) => windowCount(context, size, sizes?.[at], at))];
    }
    case 'GlobalAveragePool':
    case 'GlobalMaxPool':
    case 'GlobalLpPool':
      return [rows, channels, ...spatial.map(() => 1)];
    case 'InstanceNormalization':
    case 'GroupNormalization':
    case 'LRN':
      return [...dims];
    default:
      return dims.map(() => null);
  }
}

/** How many windows of `width` fit along one size. */
function windowCount(context: RuleContext, size: Size, width: number | undefined, at: number): Size {
  const { ints, int, node } = context;
  if (size === null || width === undefined) return null;
  const stride = ints('strides')?.[at] ?? 1;
  const reach = (ints('dilations')?.[at] ?? 1) * (width - 1) + 1;
  const filling = node.attributes.get('auto_pad')?.text ?? 'NOTSET';
  if (filling.startsWith('SAME')) return Math.ceil(size / stride);
  const pads = filling === 'VALID' ? [] : (ints('pads') ?? []);
  const spatial = pads.length / 2;
  const room = size + (pads[at] ?? 0) + (pads[at + spatial] ?? 0) - reach;
  const steps = room / stride;
  return (int('ceil_mode', 0) === 1 ? Math.ceil(steps) : Math.floor(steps)) + 1;
}
