import { extname } from 'node:path/posix';

const byEnding: Record<string, string> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.geojson': 'application/geo+json',
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.xml': 'application/xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.gz': 'application/gzip',
  '.parquet': 'application/vnd.apache.parquet',
  '.onnx': 'application/onnx',
  '.npy': 'application/x-npy',
  '.mp4': 'video/mp4',
  '.wav': 'audio/wav',
};

/** What a file calls itself by its name. What it is, nobody has looked at. */
export const mediaTypeOf = (path: string): string =>
  byEnding[extname(path).toLowerCase()] ?? 'application/octet-stream';
