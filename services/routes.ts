/** Every command of the product, once. */
import * as account from './account/http.ts';
import * as application from './application/http.ts';
import * as body from './body/http.ts';
import * as calendar from './calendar/http.ts';
import * as enforcement from './enforcement/http.ts';
import * as entrustment from './entrustment/http.ts';
import * as evaluation from './evaluation/http.ts';
import * as expert from './expert/http.ts';
import * as implementation from './implementation/http.ts';
import * as ledger from './ledger/http.ts';
import * as panel from './panel/http.ts';
import * as privacy from './privacy/http.ts';
import * as programme from './programme/http.ts';
import * as recognition from './recognition/http.ts';
import * as result from './result/http.ts';
import type { CommandRoute } from './route.ts';
import * as rulebook from './rulebook/http.ts';
import * as training from './training/http.ts';
import * as unit from './unit/http.ts';

const table = [
  ...rulebook.routes,
  ...account.routes,
  ...entrustment.routes,
  ...body.routes,
  ...unit.routes,
  ...expert.routes,
  ...recognition.routes,
  ...calendar.routes,
  ...programme.routes,
  ...application.routes,
  ...panel.routes,
  ...evaluation.routes,
  ...enforcement.routes,
  ...training.routes,
  ...implementation.routes,
  ...result.routes,
  ...privacy.routes,
  ...ledger.routes,
] as const;

export const commandRoutes: readonly CommandRoute[] = table;

/** Each of them, with its address and what it takes, for the types of clients. */
export type KnownCommandRoute = (typeof table)[number];
