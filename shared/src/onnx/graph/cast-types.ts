import type { ElementType } from '../inputs/element-types.js';

interface CastType {
  /** What holds the same values. */
  type: ElementType;
  /** TensorProto.DataType of `type`, and of what stands in for. */
  dataType: number;
  ownDataType: number;
  /** Whether cells of a table can fill it: the whole range of `type` goes through the cast. */
  fills: boolean;
}

const float = (ownDataType: number): CastType => ({ type: 'float32', dataType: 1, ownDataType, fills: true });

/**
 * Element types that onnxruntime-node cannot take or hand out (the process ends at int4), or not in every version of
 * Node (float16 inputs): a Cast stands between the model and us.
 */
export const castTypes: ReadonlyMap<string, CastType> = new Map([
  ['float16', float(10)],
  ['bfloat16', float(16)],
  ['float8e4m3fn', float(17)],
  ['float8e4m3fnuz', float(18)],
  ['float8e5m2', float(19)],
  ['float8e5m2fnuz', float(20)],
  ['uint4', { type: 'uint8', dataType: 2, ownDataType: 21, fills: false }],
  ['int4', { type: 'int8', dataType: 3, ownDataType: 22, fills: false }],
]);
