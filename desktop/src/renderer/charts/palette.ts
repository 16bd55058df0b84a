/** Colour tokens as the theme on screen resolves them: a canvas cannot read CSS variables by itself. */
export interface ChartColours {
  series: string[];
  text: string;
  grid: string;
  line: string;
  cursor: string;
  attention: string;
}

const seriesCount = 6;

export function readColours(): ChartColours {
  const probe = document.createElement('span');
  // Where people want less motion, transitions are not off but short, and a colour read at once is still the one before.
  probe.style.setProperty('transition', 'none', 'important');
  document.body.append(probe);
  const read = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours: ChartColours = {
    series: Array.from({ length: seriesCount }, (_, index) => read(`--series-${index + 1}`)),
    text: read('--text-3'),
    grid: read('--line'),
    line: read('--line-strong'),
    cursor: read('--text-2'),
    attention: read('--attention'),
  };
  probe.remove();
  return colours;
}

/** The same colour, mostly transparent. */
export function faint(colour: string, alpha: number): string {
  const [red, green, blue] = colour.match(/[\d.]+/g) ?? [];
  return blue === undefined ? colour : `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
