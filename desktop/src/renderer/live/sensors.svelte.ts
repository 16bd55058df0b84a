import { type SensorView } from '@meshdeck/shared';
import { pages } from '@meshdeck/shared/api';
import { api } from '../api/index.js';
import { LiveCollection } from './collection.svelte.js';
import { liveTopic } from './messages.js';

class Sensors extends LiveCollection<SensorView> {
  byName = $derived([...this.list].sort((a, b) => a.name.localeCompare(b.name)));
}

export const sensors = new Sensors({
  topic: () => liveTopic('live/sensors', {}),
  load: () => pages('sensors', api.sensors.list),
});
