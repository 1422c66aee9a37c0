import { post } from '../route.ts';
import * as access from './access.ts';
import { issueApiKey, revokeApiKey } from './api-keys.ts';
import * as commands from './commands.ts';
import * as credentials from './credentials.ts';
import { renameAccountHolder, stateAccountIdentity } from './identity.ts';
import { endWebhook, registerWebhook } from './webhooks.ts';

export const routes = [
  post('/accounts', commands.registerAccount),
  post('/accounts/:accountId/identity', stateAccountIdentity),
  post('/accounts/:accountId/name', renameAccountHolder),
  post('/accounts/:accountId/grants', commands.grantRole),
  post('/accounts/:accountId/revocation', commands.revokeRole),
  post('/accounts/:accountId/disablement', commands.disableAccount),
  post('/accounts/:accountId/enablement', commands.enableAccount),
  post('/accounts/:accountId/proposals/:proposalId/confirmation', commands.confirmAccountChange),
  post('/accounts/:accountId/credential-reset', credentials.orderCredentialReset),
  post('/accounts/:accountId/credential-reset/confirmation', credentials.confirmCredentialReset),
  post('/accounts/:accountId/credential-vouching', credentials.vouchForCredential),
  post('/accounts/:accountId/second-factor-reset', access.orderSecondFactorReset),
  post('/accounts/:accountId/second-factor-reset/confirmation', access.confirmSecondFactorReset),
  post('/accounts/:accountId/sessions/end', access.endSessions),
  post('/accounts/:accountId/unlock-code', access.issueUnlockCode),
  post('/accounts/:accountId/api-keys', issueApiKey),
  post('/accounts/:accountId/api-keys/:keyId/revocation', revokeApiKey),
  post('/accounts/:accountId/webhooks', registerWebhook),
  post('/accounts/:accountId/webhooks/:webhookId/end', endWebhook),
] as const;
