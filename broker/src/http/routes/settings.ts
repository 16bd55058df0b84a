import { contract } from '@meshdeck/shared/api';
import type { People } from '../../users/people.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';

export interface SettingsRouteDependencies {
  people: Pick<People, 'settings'>;
}

export function settingsRoutes(app: PeopleApp, { people: { settings } }: SettingsRouteDependencies): void {
  serve(app, contract.settings.people, () => settings.view());

  serve(app, contract.settings.patchPeople, ({ body }, request) => {
    request.auditTarget = 'people';
    request.auditDetail = JSON.stringify(body);
    return settings.change(body);
  });
}
