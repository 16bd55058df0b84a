/**
 * The four-parameter logistic curve of immunoassays: signal = high + (low - high) / (1 + (x / middle)^slope)
 * [DeLean, Munson and Rodbard 1978, Am. J. Physiol. 235 E97]. `middle` is fitted as its logarithm, so it stays
 * positive.
 */
export function signalAt({ low, high, logMiddle, slope }, concentration) {
  if (concentration <= 0) return low;
  return high + (low - high) / (1 + Math.exp(slope * (Math.log(concentration) - logMiddle)));
}

/** The concentration that gives `signal`; undefined at or beyond the curve's ends. */
export function concentrationAt({ low, high, logMiddle, slope }, signal) {
  const ratio = (low - high) / (signal - high) - 1;
  return ratio > 0 && Number.isFinite(ratio) ? Math.exp(logMiddle + Math.log(ratio) / slope) : undefined;
}

const names = ['low', 'high', 'logMiddle', 'slope'];
const rounds = 200;

/**
 * Fits the curve to points `[concentration, signal]` by least squares of relative error, as readers' noise grows with
 * the signal: Levenberg's and Marquardt's method with numeric derivatives [Marquardt 1963].
 */
export function fitCurve(points) {
  const signals = points.map(([, signal]) => signal);
  let curve = {
    low: Math.min(...signals) * 0.9,
    high: Math.max(...signals) * 1.1,
    logMiddle: points.reduce((sum, [x]) => sum + Math.log(x), 0) / points.length,
    slope: 1,
  };
  let error = squares(curve, points);
  let damping = 1e-3;
  for (let round = 0; round < rounds && damping < 1e12; round++) {
    const step = solve(...normalEquations(curve, points, damping));
    const next = Object.fromEntries(names.map((name, at) => [name, curve[name] + step[at]]));
    const nextError = squares(next, points);
    if (nextError < error) {
      const settled = error - nextError < error * 1e-12;
      [curve, error, damping] = [next, nextError, damping / 10];
      if (settled) break;
    } else damping *= 10;
  }
  return curve;
}

const residual = (curve, [x, signal]) => (signal - signalAt(curve, x)) / Math.max(signal, 0.02);

function squares(curve, points) {
  const sum = points.reduce((total, point) => total + residual(curve, point) ** 2, 0);
  return Number.isFinite(sum) && curve.slope > 0 ? sum : Infinity;
}

function normalEquations(curve, points, damping) {
  const matrix = names.map(() => names.map(() => 0));
  const right = names.map(() => 0);
  for (const point of points) {
    const here = residual(curve, point);
    const slopes = names.map((name) => {
      const step = 1e-6 * Math.max(1, Math.abs(curve[name]));
      return (residual({ ...curve, [name]: curve[name] + step }, point) - here) / step;
    });
    slopes.forEach((slope, row) => {
      right[row] -= slope * here;
      slopes.forEach((other, column) => (matrix[row][column] += slope * other));
    });
  }
  matrix.forEach((row, at) => (row[at] = row[at] * (1 + damping) + 1e-12));
  return [matrix, right];
}

/** Solves a small linear system by elimination with pivots. */
function solve(matrix, right) {
  const rows = matrix.map((row, at) => [...row, right[at]]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot; row < size; row++) {
      if (Math.abs(rows[row][pivot]) > Math.abs(rows[best][pivot])) best = row;
    }
    [rows[pivot], rows[best]] = [rows[best], rows[pivot]];
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = rows[row][pivot] / rows[pivot][pivot];
      for (let column = pivot; column <= size; column++) rows[row][column] -= factor * rows[pivot][column];
    }
  }
  return rows.map((row, at) => row[size] / row[at]);
}
