// A certified OpenID provider for the tests. Arguments: its package's folder, and the configuration as JSON.
// Whoever signs in is the address they type; an address that begins with "unverified" is not verified.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, json] = process.argv.slice(2);
const { port, jwks, clients, audience, skew } = JSON.parse(json);
const { default: Provider } = await import(pathToFileURL(join(modules, 'oidc-provider/lib/index.js')));

const now = Date.now;
Date.now = () => now() + skew * 1000;

const said = (id) => ({ sub: id, email: id, email_verified: !id.startsWith('unverified') });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  jwks,
  cookies: { keys: ['tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => said(id) }),
  extraTokenClaims: (_ctx, token) => (token.accountId ? said(token.accountId) : undefined),
  fetch: (url, { dispatcher, ...options }) => fetch(url, options), // its own refuses this machine, where the tests are
  ttl: { AccessToken: 600, IdToken: 600, Interaction: 600, Grant: 600, Session: 600 },
  features: {
    backchannelLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'api', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
    },
  },
});

provider.listen(port, '127.0.0.1', () => console.log('ready'));
