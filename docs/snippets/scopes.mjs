import { MONEI_SCOPES, missingScopes, scopesFor } from 'passport-monei';

const missing = missingScopes(['profile:read', 'wallet:read'], ['wallet:read', 'wallet:send']);
const { description, sensitive } = MONEI_SCOPES['wallet:send']; // sensitive: it moves money
const needed = scopesFor('POST', '/wallet/payout/transfer'); // ['wallet:send']

console.log(JSON.stringify({ missing, description, sensitive, needed }));
