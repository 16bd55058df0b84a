import * as z from 'zod';
import { displayNameSchema, knownIds, timestampSchema } from '../ids.js';
import {
  accountSourceSchema,
  keyScopeSchema,
  reachSchema,
  registrationModeSchema,
  roleSchema,
} from './role.js';

/** Trimmed and in lower case, so that one address is one account. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'must have at most 254 letters')
  .pipe(z.email('must be an e-mail address such as ada@example.org'));

/** Only as far as a door goes: whether it is a good one, the password rules say. */
export const passwordSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(1000, 'must have at most 1000 letters');

/** What one person may take of the hub; null is no limit. */
export const personLimitsSchema = z.strictObject({
  maxWaitingJobs: z.number().int().min(1).max(1_000_000).nullable(),
  maxRunningJobs: z.number().int().min(1).max(1_000_000).nullable(),
  /** One upload, counted as what is unpacked of it. */
  maxUploadBytes: z.number().int().min(1).nullable(),
  /** All tables and apps that the hub holds of this person. */
  maxStoredBytes: z.number().int().min(1).nullable().default(null),
});
export type PersonLimits = z.output<typeof personLimitsSchema>;

/** What a person has handed out that lets programs or others in, and outlives a session unless it is ended too. */
export const grantsSchema = z.object({
  /** API keys that still work. */
  keys: z.number().int(),
  /** Open invitations and password links that they made for others. */
  invitations: z.number().int(),
});
export type Grants = z.infer<typeof grantsSchema>;

/** Whether `Grants` outlive what is asked for; left out, they end with everything else. */
const keepsGrants = { keepKeysAndInvitations: z.boolean().default(false) };

/** For ending all of somebody's access. */
export const endAccessRequestSchema = z.strictObject(keepsGrants);
export type EndAccessRequest = z.input<typeof endAccessRequestSchema>;

/** An account as admins see it. */
export const personViewSchema = z.object({
  id: knownIds.person,
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  state: z.enum(['active', 'disabled']),
  via: accountSourceSchema,
  /** False until the person has chosen one by their link; always false where another server vouches. */
  hasPassword: z.boolean(),
  createdAt: timestampSchema,
  lastSignInAt: timestampSchema.nullable(),
  /** Signed-in browsers. */
  sessions: z.number().int(),
  ...grantsSchema.shape,
  /** Bytes of the tables and apps that the hub holds of them. */
  storedBytes: z.number().int(),
  /** Null: what the hub's settings say for everybody. */
  limits: personLimitsSchema.nullable(),
});
export type PersonView = z.infer<typeof personViewSchema>;

export const personRequestSchema = z.strictObject({
  email: emailSchema,
  name: displayNameSchema,
  role: roleSchema.default('user'),
  /** Left out: the answer holds a one-time link by which the person chooses one. */
  password: passwordSchema.optional(),
});
export type PersonRequest = z.infer<typeof personRequestSchema>;

export const personPatchSchema = z.strictObject({
  name: displayNameSchema.optional(),
  role: roleSchema.optional(),
  state: z.enum(['active', 'disabled']).optional(),
  limits: personLimitsSchema.nullable().optional(),
});
export type PersonPatch = z.infer<typeof personPatchSchema>;

/** A one-time link, told once. */
export const personLinkSchema = z.object({
  url: z.string(),
  /** The same for people on the network, where `url` is good on the hub's own computer only. */
  lanUrl: z.string().nullable(),
  code: z.string(),
  expiresAt: timestampSchema,
});
export type PersonLink = z.infer<typeof personLinkSchema>;

export const createdPersonSchema = z.object({ person: personViewSchema, link: personLinkSchema.nullable() });
export type CreatedPerson = z.infer<typeof createdPersonSchema>;

/** Who is asking. `local` is whoever can read the hub's data folder: the private token and its one-time links. */
export const meSchema = z.object({
  id: knownIds.person,
  name: z.string(),
  email: z.string().nullable(),
  role: roleSchema,
  via: z.enum(['token', 'link', 'session', 'key']),
  source: accountSourceSchema.nullable(),
  /** Every action with how far it reaches for this person. */
  rights: z.record(z.string(), reachSchema),
  /** Whether there is an account that may do everything; false on a hub just set up. */
  hasAdmin: z.boolean(),
  grants: grantsSchema,
  /** Bytes of the tables and apps that the hub holds of you, and how many it may hold; null: any. */
  stored: z.object({ bytes: z.number().int(), most: z.number().int().nullable() }),
});
export type Me = z.infer<typeof meSchema>;

/** What a stranger is offered. */
export const signInOptionsSchema = z.object({
  registration: registrationModeSchema,
  /** False: nobody has an account yet. */
  hasAccounts: z.boolean(),
  /** Others than the hub that vouch for people; `redirect` ones are opened at `path`. */
  providers: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      kind: z.enum(['password', 'redirect']),
      path: z.string().nullable(),
      /** Why nobody can come in by it right now; null while it answers. */
      problem: z.string().nullable(),
    }),
  ),
});
export type SignInOptions = z.infer<typeof signInOptionsSchema>;

export const signInRequestSchema = z.strictObject({ email: z.string().max(500), password: passwordSchema });
export type SignInRequest = z.infer<typeof signInRequestSchema>;

const codeSchema = z.string().min(1).max(200);

export const registerRequestSchema = z.strictObject({
  /** Of an invitation; needed unless registration is open. */
  code: codeSchema.optional(),
  email: emailSchema,
  name: displayNameSchema,
  password: passwordSchema,
});
export type RegisterRequest = z.infer<typeof registerRequestSchema>;

export const codeRequestSchema = z.strictObject({ code: codeSchema });

/** What a one-time link is good for. */
export const codeViewSchema = z.object({
  /** `sign-in` signs in as that person at once; without an address: as the hub's own computer. */
  purpose: z.enum(['invitation', 'password', 'sign-in']),
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: roleSchema,
  expiresAt: timestampSchema,
  /** Where it is about an account there is: what of it ends unless it is kept. */
  grants: grantsSchema.optional(),
});
export type CodeView = z.infer<typeof codeViewSchema>;

export const choosePasswordRequestSchema = z.strictObject({
  code: codeSchema,
  password: passwordSchema,
  ...keepsGrants,
});
export type ChoosePasswordRequest = z.input<typeof choosePasswordRequestSchema>;

export const changePasswordRequestSchema = z.strictObject({
  current: passwordSchema,
  password: passwordSchema,
  ...keepsGrants,
});
export type ChangePasswordRequest = z.input<typeof changePasswordRequestSchema>;

export const mePatchSchema = z.strictObject({ name: displayNameSchema });

export const invitationRequestSchema = z.strictObject({
  /** Only for this address; left out, whoever has the link. */
  email: emailSchema.optional(),
  role: roleSchema.default('user'),
  ttlSeconds: z
    .number()
    .int()
    .min(300)
    .max(90 * 86_400)
    .default(7 * 86_400),
});
export type InvitationRequest = z.infer<typeof invitationRequestSchema>;

export const invitationViewSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  role: roleSchema,
  invitedBy: z.string(),
  createdAt: timestampSchema,
  expiresAt: timestampSchema,
});
export type InvitationView = z.infer<typeof invitationViewSchema>;

export const createdInvitationSchema = invitationViewSchema.extend({ link: personLinkSchema });
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>;

/** A signed-in browser. */
export const sessionViewSchema = z.object({
  id: z.string(),
  createdAt: timestampSchema,
  lastUsedAt: timestampSchema,
  expiresAt: timestampSchema,
  address: z.string(),
  /** As the browser calls itself, cut short. */
  program: z.string(),
  current: z.boolean(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const keyRequestSchema = z.strictObject({
  name: displayNameSchema,
  scopes: z.array(keyScopeSchema).min(1).max(5).default(['read', 'run']),
  ttlSeconds: z
    .number()
    .int()
    .min(60)
    .max(730 * 86_400)
    .default(90 * 86_400),
});
export type KeyRequest = z.infer<typeof keyRequestSchema>;

export const keyViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(keyScopeSchema),
  owner: z.object({ id: knownIds.person, name: z.string() }),
  createdAt: timestampSchema,
  expiresAt: timestampSchema,
  lastUsedAt: timestampSchema.nullable(),
});
export type KeyView = z.infer<typeof keyViewSchema>;

export const createdKeySchema = keyViewSchema.extend({ key: z.string() });
export type CreatedKey = z.infer<typeof createdKeySchema>;

/** Sign-ins that are made to wait after too many wrong passwords. */
export const lockOutSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  failures: z.number().int(),
  until: timestampSchema,
});
export type LockOut = z.infer<typeof lockOutSchema>;

export const peopleSettingsSchema = z.object({
  registration: registrationModeSchema,
  /** True where the hub's configuration names it: then it cannot be changed here. */
  registrationIsFixed: z.boolean(),
  /** For everybody who has none of their own. */
  limits: personLimitsSchema,
});
export type PeopleSettings = z.infer<typeof peopleSettingsSchema>;

export const peopleSettingsPatchSchema = z.strictObject({
  registration: registrationModeSchema.optional(),
  limits: personLimitsSchema.optional(),
});
export type PeopleSettingsPatch = z.infer<typeof peopleSettingsPatchSchema>;
