/**
 * The part of the Popover API [HTML §6.12] that menus are made of, where the document has none: a button with `popovertarget`
 * opens and closes it, and it says so by `toggle`.
 */
export function openPopovers(): void {
  const isOpen = new WeakSet<Element>();
  const change = (element: HTMLElement, open: boolean) => {
    if (isOpen.has(element) === open) return;
    if (open) isOpen.add(element);
    else isOpen.delete(element);
    const event = new Event('toggle');
    Object.assign(event, { newState: open ? 'open' : 'closed', oldState: open ? 'closed' : 'open' });
    element.dispatchEvent(event);
  };
  HTMLElement.prototype.showPopover = function show() {
    change(this, true);
  };
  HTMLElement.prototype.hidePopover = function hide() {
    change(this, false);
  };
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[popovertarget]') : null;
    const target = document.getElementById(button?.getAttribute('popovertarget') ?? '');
    if (target !== null) change(target, !isOpen.has(target));
  });
}
