const color = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (color ? `\u001B[${code}m${text}\u001B[0m` : text);

export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);
export const green = (text) => paint(32, text);

/** A step that begins. */
export const step = (text) => console.log(`\n${bold(text)}`);
/** What came of it. */
export const result = (text) => console.log(text.replace(/^/gm, '  '));
export const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
