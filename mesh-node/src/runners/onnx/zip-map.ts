import { create } from '@bufbuild/protobuf';
import { OperatorSetIdProtoSchema, TypeProtoSchema, type ModelProto } from './onnx-subset-pb.js';

/** TensorProto.DataType; ZipMap takes floats only [ONNX ai.onnx.ml.ZipMap-1]. */
const floatType = 1;
/** Any version of the default operator set has Identity; 9 is read by every runtime in use. */
const defaultOperatorSet = 9n;

/**
 * Turns every ZipMap into an Identity, in place: scikit-learn exporters end in one to return a dictionary for each
 * row, which onnxruntime-node cannot return, while the tensor that feeds it holds the same probabilities in the order
 * of the class labels. Returns whether there was any.
 */
export function replaceZipMaps(model: ModelProto): boolean {
  const { graph } = model;
  const zipMaps = graph?.node.filter((node) => node.opType === 'ZipMap') ?? [];
  if (graph === undefined || zipMaps.length === 0) return false;
  const replaced = new Set<string>();
  for (const node of zipMaps) {
    node.opType = 'Identity';
    node.domain = '';
    node.attribute = [];
    for (const name of node.output) replaced.add(name);
  }
  for (const output of graph.output) {
    if (!replaced.has(output.name)) continue;
    output.type = create(TypeProtoSchema, { tensorType: { elemType: floatType } });
  }
  if (!model.opsetImport.some(({ domain }) => domain === '' || domain === 'ai.onnx')) {
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: '', version: defaultOperatorSet }));
  }
  return true;
}
