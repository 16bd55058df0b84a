import { persistedSetting } from './persisted-setting.js';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const setting = persistedSetting('theme', themes, 'system');

class ThemeChoice {
  choice = $state<Theme>(setting.read());
  #systemDark = $state(matchMedia('(prefers-color-scheme: dark)').matches);
  /** What is on screen. Charts draw with it. */
  shown = $derived<'light' | 'dark'>(
    this.choice === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.choice,
  );

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
  }

  choose(theme: Theme): void {
    this.choice = theme;
    setting.write(theme);
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }

  /** To the other one of light and dark. */
  toggle(): void {
    this.choose(this.shown === 'dark' ? 'light' : 'dark');
  }
}

export const theme = new ThemeChoice();
