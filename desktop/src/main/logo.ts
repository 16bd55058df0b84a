/** `desktop/build/logo.svg`, word for word (a test holds them together): the app's own pages load no files. */
export const logoSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Meshdeck">
  <defs>
    <linearGradient id="meshdeck-deck" x1="12" y1="4" x2="52" y2="60" gradientUnits="userSpaceOnUse">
      <stop offset="0" stop-color="#14b8a6" />
      <stop offset="1" stop-color="#0b6b74" />
    </linearGradient>
  </defs>
  <path d="M32 6.5 54.1 19.25v25.5L32 57.5 9.9 44.75v-25.5Z" fill="url(#meshdeck-deck)" stroke="url(#meshdeck-deck)" stroke-width="9" stroke-linejoin="round" />
  <g fill="#fff" stroke="#fff">
    <path d="M17.5 43.5V22.5L32 35.5 46.5 22.5v21" fill="none" stroke-width="4.4" stroke-linejoin="round" stroke-linecap="round" />
    <g stroke="none">
      <circle cx="17.5" cy="43.5" r="4.9" />
      <circle cx="17.5" cy="22.5" r="4.9" />
      <circle cx="32" cy="35.5" r="5.9" />
      <circle cx="46.5" cy="22.5" r="4.9" />
      <circle cx="46.5" cy="43.5" r="4.9" />
    </g>
  </g>
</svg>`;
