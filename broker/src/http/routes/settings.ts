import { peopleSettingsPatchSchema, peopleSettingsSchema } from '@meshdeck/shared';
import type { Settings } from '../../users/settings.js';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';

export function settingsRoutes(app: PeopleApp, settings: Settings): void {
  const tags = ['people'];

  app.get(
    '/api/v1/settings/people',
    {
      config: allow('settings.read'),
      schema: {
        tags,
        summary: 'Who may register, and what everybody may take',
        response: { 200: peopleSettingsSchema, ...problems },
      },
    },
    async () => settings.view(),
  );

  app.patch(
    '/api/v1/settings/people',
    {
      config: allow('settings.change'),
      schema: {
        tags,
        summary: 'Changes who may register, or what everybody may take',
        body: peopleSettingsPatchSchema,
        response: { 200: peopleSettingsSchema, ...problems },
      },
    },
    async (request) => {
      request.auditTarget = 'people';
      request.auditDetail = JSON.stringify(request.body);
      return settings.change(request.body);
    },
  );
}
