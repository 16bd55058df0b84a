import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { proxies } from './machine-settings.js';
import { atRegistry, readNpmSettings } from './npm-settings.js';
import { readPipSettings } from './pip-settings.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

/** A home with these files in it, and nothing of this machine's. */
async function home(files: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return {
    HOME: folder,
    XDG_CONFIG_DIRS: folder,
    XDG_CONFIG_HOME: folder,
    npm_config_globalconfig: '/nowhere',
    folder,
    ...env,
  };
}

it("takes pip's own settings, the environment's last, and parts addresses from passwords", async () => {
  const env = await home({
    'pip.conf': `# of the lab
[global]
index-url = https://reader:pa%20ss@nexus.lab/repository/pypi/simple
extra-index-url =
    https://www.piwheels.org/simple
    file:///srv/simple
trusted-host = old.lab
[install]
find_links: /srv/wheels
[freeze]
index-url = https://wrong.example/simple
`,
  });
  const found = await readPipSettings({ ...env, PIP_CONFIG_FILE: join(env.folder, 'pip.conf') }, 'linux');
  expect(found.indexes.map(({ url }) => url.href)).toEqual([
    'https://nexus.lab/repository/pypi/simple',
    'https://www.piwheels.org/simple',
    'file:///srv/simple',
  ]);
  expect(found.links.map(({ url }) => url.href)).toEqual(['file:///srv/wheels']);
  const secret = basic('reader:pa ss');
  // pip says it to the whole host; what an app names gets it only where the index lies.
  const at = (address: string) => new URL(address);
  expect(found.settings.authorizationFor(at('https://nexus.lab/other/x.whl'))).toBe(secret);
  expect(found.appSettings.authorizationFor(at('https://nexus.lab/service/rest/users'))).toBeUndefined();
  expect(found.appSettings.isOwn(at('https://nexus.lab/service/rest/users'))).toBe(false);
  expect(found.appSettings.authorizationFor(at('https://nexus.lab/repository/pypi/packages/x.whl'))).toBe(
    secret,
  );
  expect(found.settings.authorizationFor(at('https://nexus.lab.evil.example/simple'))).toBeUndefined();
  expect(found.settings.authorizationFor(at('https://nexus.lab:8443/simple'))).toBeUndefined();
  expect([...found.settings.trustedHosts]).toEqual(['old.lab']);

  const overruled = await readPipSettings(
    {
      ...env,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: 'https://a.example/simple',
      PIP_EXTRA_INDEX_URL: '',
    },
    'linux',
  );
  expect(overruled.indexes.map(({ url }) => url.href)).toEqual(['https://a.example/simple']);
  const none = await readPipSettings(
    { ...env, PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: '/a /b' },
    'linux',
  );
  expect([none.indexes.length, none.links.length]).toEqual([0, 2]);
});

it('looks at PyPI and npm where nobody says anything else', async () => {
  const env = await home({});
  const pip = await readPipSettings({ ...env, PIP_CONFIG_FILE: '/dev/null' }, 'linux');
  expect(pip.indexes).toEqual([{ url: new URL('https://pypi.org/simple'), byApp: false }]);
  const npm = await readNpmSettings(env);
  expect(npm.registryFor('').href).toBe('https://registry.npmjs.org/');
  expect(npm.registryFor('@lab').href).toBe('https://registry.npmjs.org/');
});

it("takes npm's own settings, with its secrets where they belong", async () => {
  const env = await home(
    {
      '.npmrc': `; of the lab
registry = https://nexus.lab/repository/npm/
@lab:registry=https://npm.lab:4873/
//npm.lab:4873/:_authToken=\${LAB_TOKEN}
//nexus.lab/repository/npm/:_auth="${Buffer.from('a:b').toString('base64')}"
`,
    },
    { LAB_TOKEN: 'secret of the lab' },
  );
  const npm = await readNpmSettings(env);
  expect(npm.registryFor('').href).toBe('https://nexus.lab/repository/npm/');
  expect(npm.registryFor('@lab').href).toBe('https://npm.lab:4873/');
  const secretAt = (address: string) => npm.settings.authorizationFor(new URL(address));
  expect(secretAt('https://npm.lab:4873/@lab%2fx')).toBe('Bearer secret of the lab');
  expect(secretAt('https://npm.lab/@lab%2fx')).toBeUndefined();
  expect(secretAt('https://nexus.lab/repository/npm/x')).toBe(basic('a:b'));
  expect(secretAt('https://nexus.lab/repository/other/x')).toBeUndefined();
  // What a lock of the public registry names is fetched from this machine's.
  expect(atRegistry(npm, 'https://registry.npmjs.org/six/-/six-1.0.0.tgz', 'six')).toBe(
    'https://nexus.lab/repository/npm/six/-/six-1.0.0.tgz',
  );
  expect(atRegistry(npm, 'https://registry.npmjs.org/@lab/x/-/x-1.0.0.tgz', '@lab/x')).toBe(
    'https://npm.lab:4873/@lab/x/-/x-1.0.0.tgz',
  );
  expect(atRegistry(npm, 'https://elsewhere.example/x.tgz', 'x')).toBe('https://elsewhere.example/x.tgz');
});

it('goes by the proxy of the environment, and past it where NO_PROXY says so', () => {
  const by = proxies({
    https_proxy: 'http://u:p@proxy.lab:3128',
    NO_PROXY: 'nexus.lab, .inner.lab,127.0.0.1:8080',
  });
  const proxyOf = (address: string) => by(new URL(address))?.href ?? null;
  expect(proxyOf('https://pypi.org/simple')).toBe('http://u:p@proxy.lab:3128/');
  expect(proxyOf('https://nexus.lab/simple')).toBeNull();
  expect(proxyOf('https://a.inner.lab/')).toBeNull();
  expect(proxyOf('https://notnexus.lab/')).not.toBeNull();
  expect(proxyOf('http://pypi.org/')).toBeNull();
  expect(proxies({ ALL_PROXY: 'socks5://x:1' })(new URL('https://a.example'))).toBeNull();
  expect(proxies({ HTTPS_PROXY: 'http://p:1', no_proxy: '*' })(new URL('https://a.example'))).toBeNull();
});
