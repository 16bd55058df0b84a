import { originKeyHeader } from '@meshdeck/shared';
import type * as z from 'zod';
import { originKey } from '../state/origin-key.js';
import { parseAnswer, problemFrom, unreachable } from './http.js';

export interface UploadRequest<T> {
  method: 'PUT' | 'POST';
  path: string;
  body: Blob;
  schema: z.ZodType<T>;
  /** 0..1, as the bytes leave. */
  onProgress?: (fraction: number) => void;
}

/** Sends a file's raw bytes. XMLHttpRequest because fetch cannot tell how much has left. Throws `MeshdeckError`. */
export function upload<T>(request: UploadRequest<T>, onUnauthorized: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(request.method, request.path);
    call.setRequestHeader('content-type', 'application/octet-stream');
    call.setRequestHeader(originKeyHeader, originKey());
    call.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) request.onProgress?.(event.loaded / event.total);
    });
    call.addEventListener('error', () => reject(unreachable()));
    call.addEventListener('load', () => {
      if (call.status === 401) onUnauthorized();
      try {
        if (call.status < 200 || call.status > 299) throw problemFrom(call.responseText, call.status);
        request.onProgress?.(1);
        resolve(parseAnswer(request.schema, call.responseText));
      } catch (error) {
        reject(error instanceof Error ? error : unreachable(error));
      }
    });
    call.send(request.body);
  });
}
