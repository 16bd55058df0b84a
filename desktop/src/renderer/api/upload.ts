import type { ApiRequest } from '@meshdeck/shared/api';

/** A file on its way up. */
export interface Upload {
  file: Blob;
  /** 0..1, as the bytes leave. */
  onProgress?: (fraction: number) => void;
}

/** Sends a file's raw bytes. XMLHttpRequest because fetch cannot tell how much has left. Rejects where nobody answers. */
export function sendFile(
  { method, path }: Pick<ApiRequest<Upload>, 'method' | 'path'>,
  { file, onProgress }: Upload,
  headers: Record<string, string>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(method, path);
    call.setRequestHeader('content-type', 'application/octet-stream');
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    call.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    });
    call.addEventListener('error', () => reject(new TypeError('The upload failed.')));
    call.addEventListener('load', () => {
      const answer = new Response(call.responseText, { status: call.status });
      if (answer.ok) onProgress?.(1);
      resolve(answer);
    });
    call.send(file);
  });
}
