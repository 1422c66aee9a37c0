/** Every answer says up to where it counts: as far as the last of the read models it rests on. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../events/ids.ts';
import { routes } from '../../projections/dashboard/http.ts';
import type { Reader } from '../../projections/ports.ts';
import { ask, readerOf } from '../support/fold.ts';
import { dashboardsOver, faultsIn, READ_MODELS, SUP, withFault } from './faults.ts';
import { YEAR_TOLD } from './story.ts';

const BEHIND = '40' as Position;
const dashboards = routes
  .filter(({ path }) => path.startsWith('/dashboard/'))
  .map(({ name, path }) => [name, path.slice(path.lastIndexOf('/') + 1)] as const);

function readerWith(laggard: string): Reader {
  const reader = readerOf(READ_MODELS, { events: YEAR_TOLD });
  return {
    ...reader,
    checkpoints: async () =>
      (await reader.checkpoints()).map(each => (each.projection === laggard ? { ...each, position: BEHIND } : each)),
  };
}

const sound = dashboardsOver(YEAR_TOLD, 2024);

/** Dashboards that come out differently when a read model forgets something. */
async function restingOn(readModel: string): Promise<string[]> {
  const found = new Set<string>();
  for (const fault of faultsIn(YEAR_TOLD).filter(each => each.readModel === readModel)) {
    const faulty = dashboardsOver(YEAR_TOLD, 2024, { readModels: withFault(fault) });
    for (const [name, dashboard] of dashboards) {
      if (!isDeepStrictEqual(await sound(dashboard), await faulty(dashboard))) found.add(name);
    }
  }
  return [...found];
}

describe('asOfPosition', () => {
  it.each(READ_MODELS.map(({ name }) => name))(
    'given %s lags behind, then every dashboard that rests on it says so',
    async readModel => {
      const resting = await restingOn(readModel);
      expect(resting).not.toEqual([]);
      for (const name of resting) {
        const answer = await ask(routes, name, { year: '2024' }, SUP, readerWith(readModel));
        expect([name, answer]).toEqual([
          name,
          expect.objectContaining({ asOfPosition: BEHIND, lag: YEAR_TOLD.length - Number(BEHIND) }),
        ]);
      }
    },
  );

  it.each(['GetFunnel', 'GetBenefits', 'GetParticipation'])(
    'given %s is read by a recommending body, then no place in the log is told, which would count what is hidden',
    async name => {
      const reader = readerOf(READ_MODELS, { events: YEAR_TOLD });
      const answer = await ask(routes, name, { year: '2024' }, { ...SUP, role: 'REC-D' }, reader);
      expect(answer).toHaveProperty('definitions');
      expect(answer).not.toHaveProperty('asOfPosition');
      expect(answer).not.toHaveProperty('lag');
    },
  );

  it.each(dashboards)(
    'given %s, then it is asked before any row is read, so that nothing up to it is missing',
    async name => {
      const calls: string[] = [];
      const reader = new Proxy(readerOf(READ_MODELS, { events: YEAR_TOLD }), {
        get(target, property, receiver) {
          calls.push(String(property));
          return Reflect.get(target, property, receiver);
        },
      });
      await ask(routes, name, { year: '2024' }, SUP, reader);
      const firstRow = calls.findIndex(call => ['get', 'getMany', 'find', 'count'].includes(call));
      expect(firstRow).toBeGreaterThan(0);
      expect(calls.lastIndexOf('checkpoints')).toBeLessThan(firstRow);
    },
  );
});
