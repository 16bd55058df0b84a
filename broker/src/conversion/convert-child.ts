import { toFailure, type TableFormat } from '@meshdeck/shared';
import { conversionRequestSchema, type ConversionReply, type ConversionRequest } from './child-messages.js';
import type { Convert } from './conversion.js';
import { createCsvWriter } from './csv-writer.js';
import { SheetQuestion } from './refusal.js';

/** The process that turns one file into a CSV, which it prints, and ends. Nobody trusts it: what it reads is a stranger's. */
const converters: Record<TableFormat, () => Promise<Convert>> = {
  xlsx: async () => (await import('./xlsx/convert-workbook.js')).convertWorkbook,
  parquet: async () => (await import('./parquet/convert-parquet.js')).convertParquet,
  json: async () => (await import('./json/convert-json.js')).convertJson,
};

const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error == null ? resolve() : reject(error))),
  );

const mostSheets = 1000;
const cutNames = (sheets: readonly string[]) => sheets.slice(0, mostSheets).map((name) => name.slice(0, 200));

async function convert(request: ConversionRequest): Promise<ConversionReply> {
  try {
    const csv = createCsvWriter(print);
    const converter = await converters[request.format]();
    const { sheets, notes, ...facts } = await converter(request, csv);
    await csv.end();
    return {
      type: 'done',
      ...facts,
      ...(sheets !== undefined && { sheets: cutNames(sheets) }),
      notes: notes.slice(0, 50).map((note) => note.slice(0, 500)),
    };
  } catch (error) {
    const failure = toFailure(error);
    if (!(error instanceof SheetQuestion)) return { type: 'refused', failure };
    return { type: 'refused', failure, sheets: cutNames(error.sheets) };
  }
}

/** What lies beside the heap, DuckDB's among it, is bounded too. */
const mostBytes = 1536 * 1024 * 1024;
setInterval(() => {
  if (process.memoryUsage.rss() < mostBytes) return;
  process.stderr.write('more memory than it may have\n', () => process.exit(1));
}, 200).unref();

process.once('disconnect', () => process.exit(1));
process.once('message', (message) => {
  void convert(conversionRequestSchema.parse(message)).then((reply) =>
    process.send?.(reply, () => process.exit(0)),
  );
});
