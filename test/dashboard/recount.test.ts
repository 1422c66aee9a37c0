/** No dashboard shows a number that the log does not hold: every figure equals a recount that knows no read model. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { JOURNEY_STEPS } from '../../events/rules/stages.ts';
import { dashboardsOver, faultsIn, READ_MODELS, restedOn, withFault } from './faults.ts';
import { figuresHeld, figuresShown } from './figures.ts';
import { YEAR_TOLD } from './story.ts';

const held = figuresHeld(YEAR_TOLD, 2024);

describe('the recount of all dashboards', () => {
  it('given a year in which everything happens, then every figure shown is what the log holds', async () => {
    expect(await figuresShown(dashboardsOver(YEAR_TOLD, 2024))).toEqual(held);
  });

  it('given that year, then every step of the funnel and every kind of event that a dashboard takes occurs in it', () => {
    expect(Object.keys(held.funnel).sort()).toEqual([...JOURNEY_STEPS].sort());
    const told = new Set(YEAR_TOLD.map(({ type }) => type));
    expect(READ_MODELS.flatMap(restedOn).filter(type => !told.has(type))).toEqual([]);
  });

  it.each(faultsIn(YEAR_TOLD))('given $readModel forgets $type, then a figure differs from the log', async fault => {
    const shown = await figuresShown(dashboardsOver(YEAR_TOLD, 2024, { readModels: withFault(fault) }));
    expect(isDeepStrictEqual(shown, held)).toBe(false);
  });

  it('given another year, then nothing of this one counts in it', async () => {
    const { funnel, stages, bodies } = await figuresShown(dashboardsOver(YEAR_TOLD, 2025));
    expect({ funnel, stages }).toEqual({ funnel: {}, stages: {} });
    expect(Object.keys(bodies)).not.toEqual([]);
    for (const body of Object.values(bodies)) expect(body).toMatchObject({ projects: {}, acts: {} });
  });
});
