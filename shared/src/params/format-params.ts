import type { ParamValue, ParamValues } from '../models/param.js';
import { shownText } from './shown-text.js';

/** A value as people read it: a plain word as it is, anything else in quotes, and no longer than a line. */
export const formatParam = (value: ParamValue): string =>
  typeof value !== 'string' || /^[\w.:/@%+-]{1,60}$/.test(value) ? String(value) : shownText(value);

/** `threshold=0.5, mode="two words"` */
export const formatParams = (values: ParamValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${formatParam(value)}`)
    .join(', ');
