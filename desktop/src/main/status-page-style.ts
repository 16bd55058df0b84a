/** Both themes follow the system's; colours keep a text contrast of at least 4.5:1. */
export const statusPageStyle = `
:root { color-scheme: light dark; --back: #f7f8f8; --text: #1a1f24; --soft: #57606a; --line: #d5dadf; --accent: #0b6b74; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14181b; --text: #e8ebed; --soft: #9aa4ad; --line: #30373d; --accent: #2dd4bf; --on-accent: #06282a; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text);
  font: 14px/1.5 Inter, system-ui, sans-serif; }
main { width: min(560px, calc(100vw - 48px)); text-align: center; }
svg { width: 72px; height: 72px; }
h1 { font-size: 20px; font-weight: 600; margin: 16px 0 4px; }
p { margin: 0 0 16px; color: var(--soft); overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; padding: 8px 16px; border: 0; border-radius: 6px; background: var(--accent); color: var(--on-accent); cursor: pointer; }
button:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button:disabled { opacity: 0.6; cursor: default; }
details { margin-top: 24px; text-align: left; border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
summary { cursor: pointer; color: var(--soft); }
pre { margin: 8px 0 4px; max-height: 240px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12px/1.5 'JetBrains Mono', ui-monospace, monospace; }
.busy { height: 3px; width: 160px; margin: 0 auto; border-radius: 2px; overflow: hidden; background: var(--line); }
.busy::after { content: ''; display: block; height: 100%; width: 40%; background: var(--accent); animation: slide 1.2s ease-in-out infinite alternate; }
@keyframes slide { from { transform: translateX(0); } to { transform: translateX(150%); } }
@media (prefers-reduced-motion: reduce) { .busy::after { animation: none; width: 100%; } }
`;
