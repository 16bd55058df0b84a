import { peopleSettingsPatchSchema, peopleSettingsSchema } from '../models/person.js';
import { seriesSettingsPatchSchema, seriesSettingsSchema } from '../models/series-keeping.js';
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
    series: {
      method: 'GET',
      path: '/api/v1/settings/series',
      summary: 'For how long readings and their summaries are kept, and what they take',
      action: 'settings.read',
      answer: seriesSettingsSchema,
    },
    patchSeries: {
      method: 'PATCH',
      path: '/api/v1/settings/series',
      summary: 'Changes for how long readings are kept, or the most they may take',
      action: 'settings.change',
      body: seriesSettingsPatchSchema,
      answer: seriesSettingsSchema,
    },
  },
);
