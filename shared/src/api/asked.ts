import type * as z from 'zod';
import type { Call } from './call.js';

/** The parts of a call that say what it is asked with and what it answers stand where it has them. */
type Shape = Pick<Call, 'path'>;

type IsOptional<Whole, Key extends keyof Whole> = object extends Pick<Whole, Key> ? true : false;

/** Lists are only read. */
type Readable<Value> = Value extends readonly (infer Item)[] ? readonly Item[] : Value;

/** A query as programs write it: as what it is parsed to, with what may be left out left out. */
type Written<Schema extends z.ZodObject> = {
  [Key in keyof z.input<Schema>]: Key extends keyof z.output<Schema>
    ? IsOptional<z.input<Schema>, Key> extends true
      ? Readable<z.output<Schema>[Key]> | undefined
      : Readable<z.output<Schema>[Key]>
    : never;
};

type ParamsIn<C> = C extends { params: infer Schema extends z.ZodObject } ? z.input<Schema> : unknown;
type QueryIn<C> = C extends { query: infer Schema extends z.ZodObject } ? Written<Schema> : unknown;
type BodyIn<C, Raw> = C extends { takes: readonly string[] }
  ? { body: Raw }
  : C extends { body: infer Schema extends z.ZodType }
    ? undefined extends z.input<Schema>
      ? { body?: z.input<Schema> }
      : { body: z.input<Schema> }
    : unknown;

/** What a call's path is made of: its parameters and its query, side by side. */
export type Address<C extends Shape> = ParamsIn<C> & QueryIn<C>;

/** All that a call is asked with: its parameters, its query and its `body`. */
export type Asked<C extends Shape, Raw = never> = Address<C> & BodyIn<C, Raw>;

type Output<C, Part extends 'params' | 'query'> =
  C extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : unknown;

/** The same as the hub has parsed it. */
export type Parsed<C extends Shape> = Output<C, 'params'> &
  Output<C, 'query'> &
  (C extends { body: infer Schema extends z.ZodType } ? { body: z.output<Schema> } : unknown);

/** What comes of it: JSON as its schema says, a file's bytes, or nothing. */
export type Answer<C extends Shape, Bytes = never> = C extends { answer: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : C extends { gives: object }
    ? Bytes
    : C extends { redirects: string }
      ? never
      : undefined;
