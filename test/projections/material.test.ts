/** What is material is said once, of facts and of read models, so that no door can forget it (art-26). */
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../events/catalogue.ts';
import { MATERIAL_EVENT_TYPES, materialIn, NO_MATERIAL, ownedIn } from '../../events/rules/material.ts';
import { projections } from '../../projections/index.ts';
import { projection, undeclaredMaterial } from '../../projections/projection.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { control, samples } from '../support/controls.ts';
import { recorded } from '../support/given.ts';

const NOT_FOR_EVERYBODY = ['parties', 'restricted'];
const OF_SOMEBODY = ['projectId', 'uscc', 'panelId', 'projects', 'projectIds'];

describe('facts', () => {
  const material: readonly string[] = Object.values(MATERIAL_EVENT_TYPES).flat();
  const none: readonly string[] = Object.values(NO_MATERIAL).flat();

  it('about a unit, a project or a panel that are not for everybody are material, or it is said why not', () => {
    const concerned = [...catalogue.values()].filter(({ type, visibility }) => {
      const fields = Object.keys(samples[type as keyof typeof samples]);
      return NOT_FOR_EVERYBODY.includes(visibility) && OF_SOMEBODY.some(field => fields.includes(field));
    });
    const silent = concerned.map(({ type }) => type).filter(type => !material.includes(type) && !none.includes(type));
    expect(silent).toEqual([]);
    expect(concerned.length).toBeGreaterThan(50);
  });

  it('are either, not both, and once', () => {
    const all = [...material, ...none];
    expect(all.filter((type, at) => all.indexOf(type) !== at)).toEqual([]);
  });

  it.each(material)('%s is not for everybody, and says whose material it is', type => {
    expect(catalogue.get(type)?.visibility).not.toBe('public');
    const event = recorded(control(type as never), 0);
    expect(ownedIn({ data: event.data, about: {} }).map(({ projectId }) => projectId)).toContain(
      samples['application.started'].projectId,
    );
  });

  it('tell the kind of what they hold', () => {
    expect([materialIn('results.submitted'), materialIn('project.approved')]).toEqual(['result', undefined]);
  });
});

describe('read models', () => {
  it('that take facts with material say what of it their rows hold', () => {
    expect(undeclaredMaterial(projections)).toEqual([]);
  });

  it('given one that says nothing, then it is found', () => {
    const shape = { version: 1, question: '', indexes: [], handlers: [] };
    const taking = {
      ...shape,
      handlers: [{ types: ['results.submitted'], rowIds: () => [], evolve: () => undefined }],
    };
    const every = { rowIds: () => [], evolve: () => undefined };
    const planted = [
      projection({ ...taking, name: 'forgetful' }),
      projection({ ...shape, name: 'forgetful-trail', every }),
      projection({ ...taking, name: 'declared', material: { none: '只有件数 (counts)' } }),
      projection({ ...shape, name: 'unconcerned' }),
    ];
    expect(undeclaredMaterial(planted)).toEqual(['forgetful', 'forgetful-trail']);
  });
});

describe('queries', () => {
  it('withhold what a read model with material has, and say what they show instead', () => {
    const held = new Set(projections.flatMap(({ name, material }) => (material && 'kind' in material ? [name] : [])));
    const withheld = queryRoutes.flatMap(({ name, withholds = {} }) =>
      Object.entries(withholds).map(([projectionName, shown]) => ({ name, projectionName, shown })),
    );
    expect(withheld.filter(({ projectionName }) => !held.has(projectionName))).toEqual([]);
    expect(withheld.every(({ shown }) => /\p{Script=Han}/u.test(shown))).toBe(true);
  });
});
