import { assertNever } from '@meshdeck/shared';
import type { HubStatus } from './hub-status.js';
import { logoSvg } from './logo.js';
import { statusPageStyle } from './status-page-style.js';

interface Words {
  heading: string;
  text: string;
  /** What the person can do, when there is something. */
  action?: { label: string; call: 'tryHubAgain' };
  lines?: readonly string[];
}

function wordsFor(status: HubStatus): Words {
  switch (status.state) {
    case 'starting':
      return { heading: 'Starting Meshdeck', text: 'The hub is starting on this computer.' };
    case 'ready':
      return { heading: 'Opening Meshdeck', text: 'The hub is ready.' };
    case 'restarting':
      return {
        heading: 'Starting the hub again',
        text: `${status.reason} It starts again in ${(status.delayMs / 1000).toFixed(1)} s.`,
        action: { label: 'Start hub now', call: 'tryHubAgain' },
      };
    case 'failed':
      return {
        heading: 'The hub could not start',
        text: `${status.reason} Mend what is named here, then try again.`,
        action: { label: 'Try again', call: 'tryHubAgain' },
        lines: status.lines,
      };
    case 'stopping':
    case 'stopped':
      return { heading: 'Meshdeck is closing', text: 'The hub finishes what it is writing.' };
    default:
      return assertNever(status);
  }
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** The page the window shows while there is no hub to show: starting, waiting to restart, given up, closing. */
export function statusPage(status: HubStatus): string {
  const words = wordsFor(status);
  const button =
    words.action === undefined
      ? ''
      : `<button id="action" data-call="${words.action.call}">${escapeHtml(words.action.label)}</button>`;
  const details =
    words.lines === undefined || words.lines.length === 0
      ? ''
      : `<details><summary>What the hub said last</summary><pre>${words.lines.map(escapeHtml).join('\n')}</pre></details>`;
  const busy = status.state === 'starting' || status.state === 'ready' ? '<div class="busy"></div>' : '';
  return `<!doctype html>
<html lang="en" data-state="${status.state}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Meshdeck</title>
<style>${statusPageStyle}</style>
</head>
<body>
<main>
${logoSvg}
<h1>${escapeHtml(words.heading)}</h1>
<p role="status">${escapeHtml(words.text)}</p>
${busy}${button}${details}
</main>
<script src="/status.js"></script>
</body>
</html>
`;
}

/** The page's script: the one button calls the preload's object. */
export const statusPageScript = `
const button = document.getElementById('action');
button?.addEventListener('click', () => {
  button.disabled = true;
  window.meshdeck.tryHubAgain().catch(() => { button.disabled = false; });
});
`;
