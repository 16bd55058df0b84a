/** Attached to a table body: up, down, home and end move the focus from row to row (to each row's `.row-name`). */
export function rowNavigation(body: HTMLElement): () => void {
  const keys = (event: KeyboardEvent) => {
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    if (!(event.target instanceof HTMLElement) || !event.target.matches('.row-name')) return;
    const names = [...body.querySelectorAll<HTMLElement>('.row-name')];
    const at = names.indexOf(event.target);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: names.length - 1 }[event.key] ?? at;
    const target = names[Math.max(0, Math.min(names.length - 1, next))];
    event.preventDefault();
    target?.focus();
    target?.scrollIntoView({ block: 'nearest' });
  };
  body.addEventListener('keydown', keys);
  return () => body.removeEventListener('keydown', keys);
}
