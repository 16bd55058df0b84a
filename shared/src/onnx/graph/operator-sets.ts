import type { ModelNode } from './model-graph.js';

/** The domain of the classical learners' operators. */
export const classicalDomain = 'ai.onnx.ml';

/** Whether a node is one of ONNX's own or classical operators with one of these names. */
export function isOperator(node: ModelNode, operators: ReadonlySet<string>): boolean {
  return (node.domain === '' || node.domain === classicalDomain) && operators.has(node.operator);
}

/** Operators that give their first input's values again, in the same order, perhaps in another shape or type. */
export const passing: ReadonlySet<string> = new Set([
  'Identity',
  'Cast',
  'CastLike',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
]);

/** Operators that work on each value by itself and keep the shape of their first input. */
export const elementwise: ReadonlySet<string> = new Set([
  'Abs',
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Atanh',
  'BitwiseNot',
  'Ceil',
  'Celu',
  'Clip',
  'Cos',
  'Cosh',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'IsInf',
  'IsNaN',
  'LeakyRelu',
  'Log',
  'Mish',
  'Neg',
  'Not',
  'Reciprocal',
  'Relu',
  'Round',
  'Selu',
  'Shrink',
  'Sigmoid',
  'Sign',
  'Sin',
  'Sinh',
  'Softplus',
  'Softsign',
  'Sqrt',
  'Swish',
  'Tan',
  'Tanh',
  'ThresholdedRelu',
  'Binarizer',
  'LabelEncoder',
  'CategoryMapper',
]);

/** Operators of several inputs that are matched to one another size by size, the shorter shape stretched. */
export const broadcasting: ReadonlySet<string> = new Set([
  'Add',
  'And',
  'BitShift',
  'BitwiseAnd',
  'BitwiseOr',
  'BitwiseXor',
  'Div',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Max',
  'Mean',
  'Min',
  'Mod',
  'Mul',
  'Or',
  'Pow',
  'PRelu',
  'Sub',
  'Sum',
  'Where',
  'Xor',
]);
