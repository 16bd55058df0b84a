import type { PredictionKind } from '@meshdeck/shared';
import type { Judged } from './judge.js';

/** More different whole numbers than this are quantities. */
const mostWholeClasses = 20;

/**
 * Whether a prediction names classes or is a quantity: by what was asked, by probabilities of classes beside it, by text in it;
 * whole numbers are classes where few of them come again and again. Null where nothing was predicted.
 */
export function predictionKind(
  { prediction, truth, classes, names, certainty }: Judged,
  asked: PredictionKind | undefined,
): { kind: PredictionKind | null; why: string } {
  const { texts, words, numbers, boundless, allWhole } = prediction;
  const different = classes.predictions().size;
  if (texts + words + numbers + boundless === 0) return { kind: null, why: 'it has no value in any row' };
  if (asked !== undefined) return { kind: asked, why: `read as ${asked}, as asked for` };
  if (certainty?.by === 'probability') {
    return { kind: 'classes', why: 'classes, since each has a probability beside it' };
  }
  if (numbers + boundless + texts === 0) {
    const isNaNOnly = [...classes.predictions().keys()].every(
      (id) => names.keyOf(id).toLowerCase() === 'nan',
    );
    return isNaNOnly
      ? { kind: null, why: 'it is NaN in every row' }
      : { kind: 'classes', why: 'classes, since there is text in it' };
  }
  if (texts > 0 && !(names.tooMany() && numbers > 9 * texts)) {
    return { kind: 'classes', why: 'classes, since there is text in it' };
  }
  if (names.tooMany()) return { kind: 'numbers', why: 'numbers, since it has a great many different ones' };
  const truthFits = truth.allWhole || truth.numbers === 0;
  const few = different <= mostWholeClasses && different * 2 <= numbers;
  if (allWhole && few && truthFits && boundless === 0) {
    return {
      kind: 'classes',
      why: `classes, since it has ${different === 1 ? 'one whole number' : `${different} different whole numbers`} only`,
    };
  }
  return { kind: 'numbers', why: 'numbers' };
}
