import { post } from '../route.ts';
import * as commands from './commands.ts';

export const routes = [
  post('/erasures', commands.erasePersonalData),
  post('/erasures/:erasureId/confirmation', commands.confirmErasure),
] as const;
