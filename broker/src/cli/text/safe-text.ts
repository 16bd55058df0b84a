/** Other people's text on our terminal: control characters, which could move the cursor or lie, are made visible. */
export function safeText(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, '\uFFFD');
}
