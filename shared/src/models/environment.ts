import * as z from 'zod';
import { timestampSchema } from '../ids.js';

const nameForm = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** What Meshdeck sets for every app. */
const own =
  /^(?:PATH|HOME|LANG|TMPDIR|TEMP|TMP|PWD|USERPROFILE|SYSTEMROOT|SYSTEMDRIVE|PATHEXT|COMSPEC|NUMBER_OF_PROCESSORS)$/;
/** What changes how the system loads and starts programs, the sandbox's own before the app. */
const ofLoader =
  /^(?:LD_.*|DYLD_.*|DBUS_.*|SYSTEMD_.*|XDG_RUNTIME_DIR|LISTEN_.*|NOTIFY_SOCKET|MALLOC_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|RESOLV_.*|TZDIR|BASH_ENV|BASH_FUNC.*|ENV|IFS|PS4|SHELLOPTS|BASHOPTS)$/;
const pythonAllowed = /^PYTHON(?:HASHSEED|WARNINGS|UTF8|IOENCODING|FAULTHANDLER)$/;

/** Why a variable of this name may not be set, as words that follow its name; undefined where it may. */
export function reservedVariable(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (!nameForm.test(name) || name === '__proto__')
    return 'is no name of a variable: letters, digits and "_", not beginning with a digit, at most 128';
  if (upper.startsWith('MESHDECK_')) return "is one of Meshdeck's own";
  if (own.test(upper)) return 'is set by Meshdeck for every app';
  if (ofLoader.test(upper)) return 'changes how the machine starts programs';
  if (upper.startsWith('NODE_') && upper !== 'NODE_ENV') return 'changes how Node starts';
  if (upper.startsWith('PYTHON') && !pythonAllowed.test(upper)) return 'changes how Python starts';
  return undefined;
}

export const variableNameSchema = z.string().superRefine((name, context) => {
  const reason = reservedVariable(name);
  if (reason !== undefined)
    context.addIssue({ code: 'custom', message: `must not be "${name.slice(0, 80)}": it ${reason}` });
});

const mostCharacters = 32_000;
const variableValueSchema = z
  .string()
  .max(mostCharacters)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character');

/** Variables of an app's environment. They are no secrets: kept with the job, and shown. */
export const environmentSchema = z
  .record(variableNameSchema, variableValueSchema)
  .refine((values) => Object.keys(values).length <= 100, 'at most 100 variables')
  .refine(
    (values) => JSON.stringify(values).length <= 2 * mostCharacters,
    'must have at most 64,000 characters as JSON',
  );
export type Environment = z.infer<typeof environmentSchema>;

/** A shorter one could not be taken out of what an app prints without taking other words, too. */
export const leastSecretCharacters = 8;
export const secretValueSchema = variableValueSchema.refine(
  (value) => value.trim().length >= leastSecretCharacters,
  `must have at least ${leastSecretCharacters} characters: a shorter one could not be masked in logs`,
);
/** Of one job. */
export const secretNamesSchema = z.array(variableNameSchema).max(50);

/** A secret as people see it: never its value. */
export const secretViewSchema = z.object({
  name: z.string(),
  whose: z.enum(['yours', 'lab']),
  /** One of the lab's that everybody may use, not only admins and operators. */
  forEveryone: z.boolean(),
  setAt: timestampSchema,
  /** Who set it last. */
  setBy: z.string(),
});
export type SecretView = z.infer<typeof secretViewSchema>;
