import { peopleSettingsPatchSchema, peopleSettingsSchema } from '../models/person.js';
import { calls } from './call.js';

export const settings = calls(
  { thing: 'settings', tag: 'people' },
  {
    people: {
      method: 'GET',
      path: '/api/v1/settings/people',
      summary: 'Who may register, and what everybody may take',
      action: 'settings.read',
      answer: peopleSettingsSchema,
    },
    patchPeople: {
      method: 'PATCH',
      path: '/api/v1/settings/people',
      summary: 'Changes who may register, or what everybody may take',
      action: 'settings.change',
      body: peopleSettingsPatchSchema,
      answer: peopleSettingsSchema,
    },
  },
);
