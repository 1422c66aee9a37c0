/** Dashboards with a fault planted in a fold: they must no longer agree with the log. */
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { attendance } from '../../projections/dashboard/attendance.ts';
import { bodyActs, bodyNames } from '../../projections/dashboard/body-acts.ts';
import { routes } from '../../projections/dashboard/http.ts';
import { journeys } from '../../projections/dashboard/journeys.ts';
import { overturnings } from '../../projections/dashboard/overturnings.ts';
import { panelFigures } from '../../projections/dashboard/panels.ts';
import { unitDistricts } from '../../projections/dashboard/participation.ts';
import { statedFigures } from '../../projections/dashboard/stated.ts';
import type { Projection } from '../../projections/projection.ts';
import { ask, readerOf } from '../support/fold.ts';
import type { Ask } from './figures.ts';

export const SUP: Actor = { accountId: 'sup.zhao' as AccountId, orgId: 'sup', role: 'SUP' };

/** The read models of the dashboards. */
export const READ_MODELS = [
  journeys,
  panelFigures,
  overturnings,
  bodyActs,
  bodyNames,
  statedFigures,
  attendance,
  unitDistricts,
] as readonly Projection[];

/** Asks the dashboards of a year over a log, by the last part of the path. */
export function dashboardsOver(
  log: readonly RecordedEvent[],
  year: number,
  { readModels = READ_MODELS, caller = SUP }: { readModels?: readonly Projection[]; caller?: Actor } = {},
): Ask {
  const reader = readerOf(readModels, { events: log });
  return async dashboard => {
    const route = routes.find(({ path }) => path.endsWith(`/${dashboard}`));
    return ask(routes, route?.name ?? dashboard, { year: String(year) }, caller, reader);
  };
}

export interface Fault {
  readonly readModel: string;
  /** The kind of event that the fold passes over. */
  readonly type: string;
}

/** Every fold of every read model forgets, in turn, each kind of event that it takes and that the log holds. */
export function faultsIn(log: readonly RecordedEvent[]): Fault[] {
  const types = new Set(log.map(({ type }) => type));
  return READ_MODELS.flatMap(({ name, handlers }) =>
    handlers
      .flatMap(handler => handler.types)
      .filter(type => types.has(type))
      .map(type => ({ readModel: name, type })),
  );
}

/** The read models with a fault planted in one. */
export function withFault({ readModel, type }: Fault): readonly Projection[] {
  return READ_MODELS.map(projection =>
    projection.name === readModel ? { ...projection, handlers: projection.handlers.map(forgetting(type)) } : projection,
  );
}

function forgetting(type: string) {
  return (handler: Projection['handlers'][number]): Projection['handlers'][number] => ({
    ...handler,
    types: handler.types.filter(other => other !== type),
  });
}
