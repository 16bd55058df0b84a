// Draws the PNG icons from the two SVGs with an installed Chromium: node desktop/build/render-icons.mjs [CHROMIUM]
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright';

const executablePath = process.argv[2] ?? '/usr/bin/chromium';
const icons = [
  { source: 'logo.svg', size: 1024, file: 'icon.png' },
  { source: 'logo.svg', size: 512, file: 'icons/512x512.png' },
  { source: 'logo.svg', size: 256, file: 'icons/256x256.png' },
  { source: 'logo.svg', size: 128, file: 'icons/128x128.png' },
  { source: 'logo.svg', size: 64, file: 'icons/64x64.png' },
  { source: 'logo.svg', size: 48, file: 'icons/48x48.png' },
  { source: 'logo.svg', size: 32, file: 'icons/32x32.png' },
  { source: 'logo.svg', size: 16, file: 'icons/16x16.png' },
  { source: 'logo.svg', size: 16, file: 'tray.png' },
  { source: 'logo.svg', size: 32, file: 'tray@2x.png' },
  { source: 'tray.svg', size: 16, file: 'trayTemplate.png' },
  { source: 'tray.svg', size: 32, file: 'trayTemplate@2x.png' },
];

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  for (const { source, size, file } of icons) {
    const svg = await readFile(new URL(source, import.meta.url), 'utf8');
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    await writeFile(new URL(file, import.meta.url), await page.screenshot({ omitBackground: true }));
    process.stdout.write(`${file}: ${size} x ${size}\n`);
  }
} finally {
  await browser.close();
}
