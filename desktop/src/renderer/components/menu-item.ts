export interface MenuItem {
  label: string;
  /** One line on what it does. */
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}
