/**
 * Writes plates.csv: three 96-well ELISA plates as a plate reader exports them, each with blanks, eight standards in
 * triplicate and samples in duplicate. The seed is fixed, so the file is the same at every run. `truth` holds the
 * concentration each sample was made with.
 */
import { writeFileSync } from 'node:fs';

let state = 20;
/** Uniform from 0 to 1: mulberry32, a public-domain generator. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
/** Normal with mean 0 and deviation 1 [Box and Muller 1958]. */
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const standards = [2000, 1000, 500, 250, 125, 62.5, 31.25, 15.625];
const plates = [
  { name: 'P1', low: 0.055, high: 2.9, middle: 310, slope: 1.15 },
  { name: 'P2', low: 0.061, high: 2.7, middle: 280, slope: 1.22 },
  { name: 'P3', low: 0.049, high: 3.1, middle: 345, slope: 1.08 },
];
const blank = 0.043;

const lines = ['plate,well,role,sample,concentration_pg_ml,absorbance_450nm,truth'];
for (const { name, low, high, middle, slope } of plates) {
  const wells = [];
  const read = (concentration) => {
    const signal = high + (low - high) / (1 + (concentration / middle) ** slope);
    return signal * (1 + 0.02 * normal()) + blank + 0.003 * normal();
  };
  for (const concentration of standards) {
    for (let copy = 0; copy < 3; copy++) wells.push(['standard', '', concentration, read(concentration), '']);
  }
  for (let copy = 0; copy < 4; copy++) wells.push(['blank', '', '', blank + 0.003 * normal(), '']);
  for (let sample = 1; wells.length < 96; sample++) {
    const truth = Math.round(10 ** (1.4 + 1.9 * random()) * 10) / 10;
    for (let copy = 0; copy < 2; copy++) wells.push(['sample', `${name}-S${sample}`, '', read(truth), truth]);
  }
  wells.forEach(([role, sample, concentration, absorbance, truth], at) => {
    const well = `${'ABCDEFGH'[at % 8]}${Math.floor(at / 8) + 1}`;
    lines.push([name, well, role, sample, concentration, absorbance.toFixed(4), truth].join(','));
  });
}
writeFileSync(new URL('plates.csv', import.meta.url), `${lines.join('\n')}\n`);
