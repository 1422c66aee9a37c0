/**
 * Files that people save from pages: an answer of the API at an address of its own, to whom the same policy lets have it. A
 * browser is known by its cookie there, which the API itself does not take.
 */
import { BASE, type Endpoint } from '../http/endpoint.ts';
import { refusePage } from './refusal.tsx';

const DOWNLOADS = '/downloads';

/** Endpoints whose answers are files for people, beside the reports. */
const SAVED: readonly string[] = [
  'ReadFile',
  'ExportTrail',
  'ProveInclusion',
  'ExportLogBundle',
  'ExportYearBundle',
  'ExportProjectBundle',
  'ExportPersonBundle',
];

/** Where people save what an endpoint of the API gives, e.g. `/trail/export?format=csv`. */
export function downloadAddress(path: `/${string}`): string {
  return `${DOWNLOADS}${path}`;
}

const isSaved = ({ name, path }: Endpoint) => SAVED.includes(name) || path.startsWith(`${BASE}/reports/`);

/** Of the API’s endpoints those that are saved, for browsers. */
export function downloadEndpoints(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter(isSaved).map(endpoint => ({
    ...endpoint,
    kind: 'page',
    path: `${DOWNLOADS}${endpoint.path.slice(BASE.length)}`,
    name: `Save${endpoint.name}`,
    refuse: refusePage,
    operation: { responses: {} },
  }));
}

/** Where a stored file is opened: that is put on record as ever (art-26), so no page opens one ahead. */
export const fileAddress = (sha256: string): string => downloadAddress(`/files/${sha256}`);
