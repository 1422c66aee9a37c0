/** Dashboards with a fault planted in a fold: they must no longer agree with the log. */
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { bodyActs } from '../../projections/dashboard/body-acts.ts';
import { routes } from '../../projections/dashboard/http.ts';
import { journeys } from '../../projections/dashboard/journeys.ts';
import { statedFigures } from '../../projections/dashboard/stated.ts';
import { revocationNotices } from '../../projections/enforcement/notices.ts';
import { panels } from '../../projections/panel/panels.ts';
import type { Projection } from '../../projections/projection.ts';
import { bodyRegister } from '../../projections/registry/bodies.ts';
import { units } from '../../projections/registry/units.ts';
import { trainees } from '../../projections/training/roster.ts';
import { ask, readerOf } from '../support/fold.ts';
import type { Ask } from './figures.ts';

export const SUP: Actor = { accountId: 'sup.zhao' as AccountId, orgId: 'sup', role: 'SUP' };

/** The read models of the dashboards. */
export const READ_MODELS = [
  journeys,
  panels,
  revocationNotices,
  bodyActs,
  bodyRegister,
  statedFigures,
  trainees,
  units,
] as readonly Projection[];

/** Of read models that answer others too: the kinds of event that figures rest on. */
const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  panels: ['panel-formation.started', 'panel.constituted', 'expert.replaced', 'excellent-list.proposed'],
  bodies: ['recommending-body.registered'],
  units: ['unit.registered'],
};

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

/** The kinds of event that figures rest on, by read model. */
export function restedOn({ name, handlers }: Projection): readonly string[] {
  const taken = handlers.flatMap(({ types }) => types);
  return taken.filter(type => RESTS_ON[name]?.includes(type) ?? true);
}

/** Every fold of every read model forgets, in turn, each kind of event that it takes and that the log holds. */
export function faultsIn(log: readonly RecordedEvent[]): Fault[] {
  const types = new Set(log.map(({ type }) => type));
  return READ_MODELS.flatMap(readModel =>
    restedOn(readModel)
      .filter(type => types.has(type))
      .map(type => ({ readModel: readModel.name, type })),
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
