/** Every query of the API. */
import { routes as application } from './application/http.ts';
import { routes as calendar } from './calendar/http.ts';
import { routes as dashboard } from './dashboard/http.ts';
import { routes as enforcement } from './enforcement/http.ts';
import { routes as evaluation } from './evaluation/http.ts';
import { routes as implementation } from './implementation/http.ts';
import { routes as ledger } from './ledger/http.ts';
import { routes as panel } from './panel/http.ts';
import { routes as privacy } from './privacy/http.ts';
import { routes as programme } from './programme/http.ts';
import { routes as recognition } from './recognition/http.ts';
import { routes as registry } from './registry/http.ts';
import { routes as reminder } from './reminder/http.ts';
import { routes as reporting } from './reporting/http.ts';
import { routes as result } from './result/http.ts';
import type { QueryRoute } from './route.ts';
import { routes as supervision } from './supervision/http.ts';
import { queries as trail } from './trail/http.ts';
import { routes as training } from './training/http.ts';

const table = [
  ...calendar,
  ...programme,
  ...application,
  ...evaluation,
  ...training,
  ...implementation,
  ...panel,
  ...recognition,
  ...registry,
  ...result,
  ...enforcement,
  ...reminder,
  ...privacy,
  ...ledger,
  ...trail,
  ...supervision,
  ...dashboard,
  ...reporting,
] as const;

export const queryRoutes: readonly QueryRoute[] = table;

/** Each of them, with its address, what it is asked with and what it answers, for the types of clients. */
export type KnownQueryRoute = (typeof table)[number];
