import type { SensorRequest, SensorView } from '@meshdeck/shared';
import { labelsToText } from '../../components/label-text.js';

/** A sensor's description as people type it. */
export interface SensorFields {
  name: string;
  kind: string;
  place: string;
  /** `temperature=°C, humidity=%` */
  units: string;
}

export const emptyFields = (): SensorFields => ({ name: '', kind: '', place: '', units: '' });

export const fieldsOf = (sensor: SensorView): SensorFields => ({
  name: sensor.name,
  kind: sensor.kind,
  place: sensor.location.place ?? '',
  units: labelsToText(sensor.units),
});

/** What was typed as a request; what is not on the form (coordinates) stays as it was. */
export function requestOf(fields: SensorFields, before?: SensorView): SensorRequest {
  const units: Record<string, string> = {};
  for (const part of fields.units.split(/[,\n]/)) {
    const [key = '', ...unit] = part.split('=');
    if (key.trim() !== '') units[key.trim()] = unit.join('=').trim();
  }
  const { place: _, ...coordinates } = before?.location ?? {};
  const place = fields.place.trim();
  return {
    name: fields.name.trim(),
    kind: fields.kind.trim(),
    units,
    location: place === '' ? coordinates : { ...coordinates, place },
    metadata: before?.metadata ?? {},
  };
}
