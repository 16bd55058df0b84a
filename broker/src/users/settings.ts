import {
  MeshdeckError,
  personLimitsSchema,
  registrationModeSchema,
  type PeopleSettings,
  type PeopleSettingsPatch,
  type PersonLimits,
  type RegistrationMode,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { Collection } from '../stores/documents.js';

export const settingsDocumentSchema = z.object({
  id: z.literal('people'),
  registration: registrationModeSchema,
  limits: personLimitsSchema,
});
export type SettingsDocument = z.infer<typeof settingsDocumentSchema>;

const noLimits: PersonLimits = {
  maxWaitingJobs: null,
  maxRunningJobs: null,
  maxUploadBytes: null,
  maxStoredBytes: null,
};

export interface Settings {
  view(): PeopleSettings;
  /** @throws MeshdeckError `conflict` where the configuration has the last word */
  change(patch: PeopleSettingsPatch): Promise<PeopleSettings>;
}

/** What admins set for everybody. A registration mode that the hub's configuration names cannot be changed here. */
export async function openSettings(options: {
  collection: Collection<SettingsDocument>;
  fixedRegistration: RegistrationMode | null;
}): Promise<Settings> {
  const { collection, fixedRegistration } = options;
  let current: SettingsDocument = (await collection.get('people')) ?? {
    id: 'people',
    registration: 'invitation',
    limits: noLimits,
  };
  const view = (): PeopleSettings => ({
    registration: fixedRegistration ?? current.registration,
    registrationIsFixed: fixedRegistration !== null,
    limits: current.limits,
  });
  return {
    view,
    async change({ registration, limits }) {
      if (registration !== undefined && fixedRegistration !== null && registration !== fixedRegistration) {
        throw new MeshdeckError(
          'conflict',
          `The hub's configuration says "registration": "${fixedRegistration}". Take it out there to choose it here.`,
        );
      }
      const next = {
        ...current,
        ...(registration !== undefined && { registration }),
        ...(limits !== undefined && { limits }),
      };
      await collection.put(next);
      current = next;
      return view();
    },
  };
}
