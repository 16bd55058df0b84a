import type { InputReading } from '@meshdeck/shared';
import { looseName, type ModelInput } from '@meshdeck/shared/onnx';

/** The inputs as the model states them, each with the column of its name; what is told where they cannot all be fed. */
export function readingOfInputs(inputs: readonly ModelInput[], header: readonly string[]): InputReading[] {
  return inputs.map((input) => {
    const named = header.filter((column) => looseName(column) === looseName(input.name));
    const columns = input.width === 1 && named.length === 1 ? named : [];
    const how = columns.length === 1 ? 'name' : 'open';
    return { input: input.name, columns, width: input.width ?? null, how, note: null };
  });
}
