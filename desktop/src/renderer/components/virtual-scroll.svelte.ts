import { type VirtualRows, virtualRows } from './virtual-rows.js';

/** Follows the page's scrolling for one long table. */
export class VirtualScroll {
  #top = $state(0);
  #scrollTop = $state(0);
  #viewHeight = $state(800);
  readonly #rowHeight: number;

  constructor(rowHeight: number) {
    this.#rowHeight = rowHeight;
  }

  of(count: number): VirtualRows {
    return virtualRows({
      count,
      rowHeight: this.#rowHeight,
      top: this.#top,
      scrollTop: this.#scrollTop,
      viewHeight: this.#viewHeight,
    });
  }

  /** Attached to the table. */
  readonly follow = (table: HTMLElement): (() => void) => {
    const scroller = table.closest<HTMLElement>('[data-scroller]');
    if (scroller === null) return () => undefined;
    const measure = () => {
      this.#scrollTop = scroller.scrollTop;
      this.#viewHeight = scroller.clientHeight;
      this.#top =
        table.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    };
    measure();
    scroller.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      scroller.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  };
}
