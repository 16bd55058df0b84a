import type { ClassWorth } from '@meshdeck/shared';

const binCount = 10;
/** The smallest step from 1 of a double: a probability of 0 that came true costs so much and not infinitely much. */
const epsilon = Number.EPSILON;

/** What probabilities were worth beside the truth. */
export interface LikelihoodTally {
  /**
   * One row: the probabilities of all classes, the place of the true one and of the predicted one; -1 where a class has no
   * probability.
   */
  take(probabilities: Float64Array, truth: number, prediction: number): void;
  result(): Pick<ClassWorth, 'logLoss' | 'brier' | 'calibration'>;
  /** Rows whose truth has no probability, and rows whose probabilities are none: negative, above 1, or not summing to 1. */
  unknownTruths(): number;
  unlikely(): number;
}

/**
 * - Log loss: the mean of -ln(p of the true class), p kept within [2.2e-16, 1 - 2.2e-16] and divided by the row's sum, which
 *   32-bit floats miss by a little [Good 1952; scikit-learn's `log_loss`].
 * - Brier score: the mean over rows of the squared distances between probabilities and truth, summed over classes, and halved
 *   for two classes so that it lies between 0 and 1 [Brier 1950; scikit-learn's `brier_score_loss`].
 * - Calibration: in ten bins by the probability of the predicted class, how often it was right; the expected error is the
 *   mean distance of the two, weighted by rows [Guo et al. 2017, "On calibration of modern neural networks", eq. 3].
 */
export function createLikelihoodTally(classes: number): LikelihoodTally {
  let rows = 0;
  let lossSum = 0;
  let brierSum = 0;
  let unknownTruths = 0;
  let unlikely = 0;
  const bins = Array.from({ length: binCount }, () => ({ rows: 0, probability: 0, right: 0 }));

  return {
    take(probabilities, truth, prediction) {
      let sum = 0;
      let isProper = true;
      for (const each of probabilities) {
        sum += each;
        isProper &&= each >= 0 && each <= 1 + 1e-6;
      }
      if (!isProper || !(Math.abs(sum - 1) < 0.01)) {
        unlikely++;
        return;
      }
      if (truth < 0) {
        unknownTruths++;
        return;
      }
      rows++;
      const likelihood = (probabilities[truth] as number) / sum;
      lossSum -= Math.log(Math.min(1 - epsilon, Math.max(epsilon, likelihood)));
      for (let at = 0; at < classes; at++) {
        const distance = (probabilities[at] as number) - (at === truth ? 1 : 0);
        brierSum += distance * distance;
      }
      if (prediction < 0) return;
      const stated = Math.min(1, probabilities[prediction] as number);
      const bin = bins[Math.min(binCount - 1, Math.floor(stated * binCount))];
      if (bin === undefined) return;
      bin.rows++;
      bin.probability += stated;
      if (truth === prediction) bin.right++;
    },
    unknownTruths: () => unknownTruths,
    unlikely: () => unlikely,
    result() {
      // With a part of the rows only, the figures would say something else than their names.
      if (rows === 0 || unknownTruths > 0 || unlikely > 0)
        return { logLoss: null, brier: null, calibration: null };
      const judged = bins.reduce((sum, bin) => sum + bin.rows, 0);
      return {
        logLoss: lossSum / rows,
        brier: brierSum / rows / (classes === 2 ? 2 : 1),
        calibration:
          judged === 0
            ? null
            : {
                bins: bins.flatMap((bin, at) =>
                  bin.rows === 0
                    ? []
                    : [
                        {
                          from: at / binCount,
                          to: (at + 1) / binCount,
                          rows: bin.rows,
                          meanProbability: bin.probability / bin.rows,
                          rightShare: bin.right / bin.rows,
                        },
                      ],
                ),
                expectedError:
                  bins.reduce((sum, bin) => sum + Math.abs(bin.probability - bin.right), 0) / judged,
              },
      };
    },
  };
}
