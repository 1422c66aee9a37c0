import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/ledger/rotations', commands.orderLedgerKeyRotation),
  post('/ledger/rotations/:rotationId/confirmation', commands.confirmLedgerKeyRotation),
] as const;
