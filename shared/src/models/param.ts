import * as z from 'zod';

/** Types of the parameters that an app declares; `text` is a string of several lines. */
export const paramTypes = ['number', 'integer', 'string', 'text', 'boolean'] as const;
export type ParamType = (typeof paramTypes)[number];

/** As a script gets it: what JSON has for it. */
export type ParamValue = string | number | boolean;
export type ParamValues = Record<string, ParamValue>;

export const mostParams = 200;
/** Of one text. The system takes 128 KiB as one argument, and a character may be three bytes. */
export const mostParamCharacters = 32_000;
/** Of all values together, as JSON: they travel with every order. */
export const mostParamsLength = 64_000;

/** No name of it is one that JavaScript or a command line takes for something else. */
export const paramNameForm = /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/;
export const paramNameRule =
  'the name of a parameter has 1 to 63 of a-z, A-Z, 0-9, "_", "." and "-", and begins with a letter';
export const paramNameSchema = z
  .string()
  .regex(paramNameForm, `must be a name of a parameter: ${paramNameRule}`);

/** NUL ends a text in arguments and in the environment; half a pair of UTF-16 cannot be written as UTF-8. */
const cannotTravel = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

export const paramValueSchema = z.union([
  z.boolean(),
  z.number(),
  z
    .string()
    .max(mostParamCharacters)
    .refine((text) => !cannotTravel.test(text), 'must not hold a NUL character or half a character'),
]);

/** Values by the names of their parameters; what each has to be is for its app to say. */
export const paramValuesSchema = z
  .record(paramNameSchema, paramValueSchema)
  .refine((values) => Object.keys(values).length <= mostParams, `at most ${mostParams} parameters`)
  .refine(
    (values) => JSON.stringify(values).length <= mostParamsLength,
    `must have at most ${mostParamsLength.toLocaleString('en-US')} characters as JSON`,
  );

export type ParamChanges = Record<string, ParamValue | null>;
/** The same where a job has some already: what is left out stays, null takes a value back to its default. */
export const paramChangesSchema = z.record(paramNameSchema, paramValueSchema.nullable());

/** What an app says of one of its parameters. Whether default and choices are of its type is checked with the manifest. */
export const paramDeclarationSchema = z.strictObject({
  type: z.enum(paramTypes),
  default: paramValueSchema.optional(),
  /** A run may leave it out, although it has no default: the script then gets nothing of it. */
  optional: z.boolean().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  choices: z.array(paramValueSchema).max(200).optional(),
  help: z.string().max(500).optional(),
});
export type ParamDeclaration = z.infer<typeof paramDeclarationSchema>;
export type ParamDeclarations = Record<string, ParamDeclaration>;
