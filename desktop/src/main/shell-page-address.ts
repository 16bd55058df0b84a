export const shellScheme = 'meshdeck-shell';

/** The origin of the pages the app itself draws while there is no hub to show. */
export const shellOrigin = `${shellScheme}://shell`;

export const shellStatusPage = `${shellOrigin}/status`;
