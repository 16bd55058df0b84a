import { readFile } from 'node:fs/promises';

const everyMs = 500;

/**
 * Watches the resident memory of a process and its children on Linux (VmRSS in /proc/PID/status, in KiB, whatever the page size) every half
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
  const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  // In a sandbox the process we know is the sandbox's, and the runner a child of its child.
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const below = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => residentBytes(Number(child)).catch(() => 0)),
  );
  return below.reduce((sum, bytes) => sum + bytes, own);
}
