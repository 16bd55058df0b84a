import type { MeshdeckShell } from '../main/ipc-contract.js';

declare global {
  interface Window {
    /** Put there by the desktop shell's preload; absent in an ordinary browser. */
    readonly meshdeck?: MeshdeckShell;
  }
}
