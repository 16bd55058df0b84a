export { describeModel } from './describe/describe-model.js';
export { analyseModel, type ModelAnalysis } from './analyse-model.js';
export {
  listColumns,
  listNames,
  listTexts,
  looseName,
  nearestName,
  shown,
  shownColumn,
} from './column-names.js';
export { type DataFlow, readDataFlow } from './graph/data-flow.js';
export { changesAnything, editModel, type ModelEdits, noEdits } from './graph/edit-model.js';
export { elementTypeName } from './graph/element-type-names.js';
export { readInputVocabularies } from './graph/input-vocabularies.js';
export { readInputWidths } from './graph/input-width.js';
export type { LabelOrigin } from './graph/meaning/label-origin.js';
export type { ScoreOrigin } from './graph/meaning/score-origin.js';
export { type ModelFile, readModelFile } from './graph/model-file.js';
export type { ModelOutput } from './graph/model-outputs.js';
export { changedNode, draftNode } from './graph/node-draft.js';
export { type Batching, portionNote } from './graph/rows/batching.js';
export type { RowPlace } from './graph/rows/row-place.js';
export { reshapeRows } from './graph/rows/reshape-rows.js';
export type { Count, RowAxis } from './graph/rows/row-state.js';
export type { ValueType } from './graph/value-info.js';
export { lookUp, type Vocabulary } from './graph/vocabulary.js';
export { readText, visitFields, WireFormatError } from './graph/wire-format.js';
export { bytesField, concatenate, intField, textField } from './graph/wire-writer.js';
export {
  createElements,
  elementTypes,
  type ElementArray,
  type ElementType,
  firstElements,
  integerRange,
} from './inputs/element-types.js';
export { knownWidths } from './inputs/known-widths.js';
export { usedInputs } from './inputs/used-inputs.js';
export { describeInput, type ModelInput } from './inputs/model-input.js';
export type { ModelFacts } from './model-facts.js';
export type { ReadOutput } from './outputs/describe-scores.js';
export { type InterpretedOutputs, interpretOutputs } from './outputs/interpret-outputs.js';
export { bestOf, isFloat, numberAt, type OutputValues } from './outputs/model-output.js';
export { outputChoice } from './outputs/output-choice.js';
export { planOutputs } from './outputs/plan-outputs.js';
export { type ColumnSource, numbered, type ResultColumn } from './outputs/result-columns.js';
