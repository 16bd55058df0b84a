import { classLabels } from '../class-names.js';
import { ofFirst, type RowRule } from './row-rule.js';
import { withDims, type RowAxis } from './row-state.js';

/** A table `[rows, features]` in, a label and a score for each class out. */
const classifier = ofFirst((context, state) => {
  if (state.axis !== 0 || state.dims.length !== 2) return context.lost('unknown');
  const scores = context.node.operator === 'SVMClassifier' ? undefined : classLabels(context.node)?.length;
  return [withDims(state, [null]), withDims(state, [null, scores ?? null])];
});

const regressor = ofFirst((context, state) => {
  if (state.axis !== 0 || state.dims.length !== 2) return context.lost('unknown');
  return withDims(state, [null, context.int('targets', context.int('n_targets', 1))]);
});

const keep = ofFirst((_context, state) => state);

/** Operators of the classical learners [ONNX ai.onnx.ml]. */
export const classicalRules: Record<string, RowRule> = {
  LinearClassifier: classifier,
  TreeEnsembleClassifier: classifier,
  SVMClassifier: classifier,
  LinearRegressor: regressor,
  SVMRegressor: regressor,
  TreeEnsembleRegressor: regressor,
  TreeEnsemble: regressor,
  Scaler: keep,
  Imputer: keep,
  Normalizer: ofFirst((context, state) =>
    state.axis === 0 && state.dims.length === 2 ? state : context.lost('mixed'),
  ),
  OneHotEncoder: ofFirst((context, state) => {
    const count = (name: string) => context.node.attributes.get(name)?.count() ?? 0;
    return withDims(state, [...state.dims, count('cats_strings') || count('cats_int64s') || null]);
  }),
  FeatureVectorizer: (context) => {
    const rows = context.inputs.filter((state): state is RowAxis => state?.kind === 'rows');
    const [first] = rows;
    const alike = rows.length === context.inputs.length;
    if (first === undefined || !alike || rows.some(({ axis, dims }) => axis !== 0 || dims.length !== 2)) {
      return context.lost('unknown');
    }
    return withDims(first, [
      null,
      context.ints('inputdimensions')?.reduce((sum, size) => sum + size, 0) ?? null,
    ]);
  },
  ArrayFeatureExtractor: (context) => {
    const [data, indexes] = context.inputs;
    if (data?.kind === 'rows' && indexes?.kind === 'same') {
      if (data.axis === data.dims.length - 1) return context.lost('unknown');
      const count = indexes.dims?.reduce<number | null>(
        (sum, size) => (sum === null || size === null ? null : sum * size),
        1,
      );
      return withDims(data, [...data.dims.slice(0, -1), count ?? null]);
    }
    if (
      data?.kind === 'same' &&
      indexes?.kind === 'rows' &&
      data.dims !== undefined &&
      data.dims.length <= 2
    ) {
      const single = indexes.dims.every((size, at) => at === indexes.axis || size === 1);
      return single ? withDims(indexes, [1, null], 1) : context.lost('unknown');
    }
    return context.lost('unknown');
  },
  TfIdfVectorizer: ofFirst((context, state) =>
    state.axis === 0 && state.dims.length === 2 ? withDims(state, [null, null]) : context.lost('mixed'),
  ),
  // Stop words are taken out of the list, and the texts behind them move up.
  StringNormalizer: ofFirst((context, state) =>
    context.node.attributes.has('stopwords') ? context.lost('alone') : state,
  ),
  Tokenizer: ofFirst((_context, state) => withDims(state, [...state.dims, null])),
  StringConcat: keep,
};
