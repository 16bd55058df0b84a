import { readFile } from 'node:fs/promises';

const everyMs = 500;

/**
 * Watches a process's resident memory on Linux (VmRSS in /proc/PID/status, in KiB, whatever the page size) every half
 * second and calls `onExceeded` once when it passes the limit. Elsewhere it watches nothing. Returns the disposer.
 */
export function watchMemory({
  pid,
  limitBytes,
  onExceeded,
}: {
  pid: number;
  limitBytes: number;
  onExceeded: (residentBytes: number) => void;
}): () => void {
  if (process.platform !== 'linux') return () => undefined;
  const timer = setInterval(() => {
    residentBytes(pid).then(
      (bytes) => {
        if (bytes <= limitBytes) return;
        clearInterval(timer);
        onExceeded(bytes);
      },
      () => clearInterval(timer), // the process has ended
    );
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
