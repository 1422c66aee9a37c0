/** Every query of the API. */
import { routes as application } from './application/http.ts';
import { routes as dashboard } from './dashboard/http.ts';
import { routes as programme } from './programme/http.ts';
import { routes as registry } from './registry/http.ts';
import { routes as reminder } from './reminder/http.ts';
import type { QueryRoute } from './route.ts';
import { routes as supervision } from './supervision/http.ts';
import { queries as trail } from './trail/http.ts';

export const queryRoutes: readonly QueryRoute[] = [
  ...programme,
  ...application,
  ...registry,
  ...reminder,
  ...trail,
  ...supervision,
  ...dashboard,
];
