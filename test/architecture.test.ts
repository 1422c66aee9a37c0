import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { offendingImports, type Source } from './support/import-table.ts';

const LAYERS = ['events', 'services', 'projections', 'infra'];

function sourcesOf(layer: string): Source[] {
  return readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.[jt]sx?$/.test(file))
    .map(file => ({ path: `${layer}/${file}`, text: readFileSync(`${layer}/${file}`, 'utf8') }));
}

describe('the import table', () => {
  it.each(LAYERS)('%s imports only what it may', layer => {
    const sources = sourcesOf(layer);
    expect(sources).not.toEqual([]);
    expect(offendingImports(sources)).toEqual([]);
  });

  it.each([
    ['events/unit.ts', "import { handle } from '../services/handle.ts';", 'events may not import services'],
    ['services/handle.ts', "import type { Reader } from '../projections/ports.ts';", 'services may not import proj'],
    ['projections/trail/http.ts', "import { command } from '../../services/command.ts';", 'projections may not import'],
    ['services/unit/http.ts', "export * from '../../infra/config.ts';", 'services may not import infra'],
    ['services/unit/http.ts', "import { body } from '../body/state.ts';", 'one noun may not import another'],
    ['projections/trail/http.ts', "const x = await import('../registry/units.ts');", 'only projections and row types'],
    ['projections/trail/query.ts', "import { unitsIn } from '../registry/units.ts';", 'not unitsIn'],
    ['projections/trail/query.ts', "import { type UnitRow, routes } from '../registry/http.ts';", 'only projections'],
    ['projections/trail/query.ts', "import * as units from '../registry/units.ts';", 'only projections and row types'],
    ['projections/charges.ts', "import { bodyAsOf } from './registry/bodies.ts';", 'not bodyAsOf'],
    ['services/handle.ts', "import { body } from './body/state.ts';", 'only a list may import a noun'],
    ['services/unit/state.ts', "import { readFileSync } from 'node:fs';", 'services may not import node:fs'],
    ['events/ids.ts', "import {\n  z,\n} from 'express';", 'events may not import express'],
    ['events/ids.ts', "import { z } from './text';", 'relative imports carry their ending'],
  ])('finds a planted fault in %s: %s', (path, text, reason) => {
    const found = offendingImports([{ path, text }]);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
  });

  it('accepts what the table allows', () => {
    const allowed = [
      {
        path: 'services/unit/http.ts',
        text: "import { post } from '../route.ts';\nimport * as c from './commands.ts';",
      },
      { path: 'services/routes.ts', text: "import { routes } from './unit/http.ts';" },
      {
        path: 'infra/main.ts',
        text: "import { routes } from '../services/routes.ts';\nimport express from 'express';",
      },
      { path: 'projections/registry/units.ts', text: 'export const units = projection<UnitRow>({' },
      {
        path: 'projections/dashboard/participation.ts',
        text: "import { type UnitRow, unitRowSchema, units } from '../registry/units.ts';\nimport type { Asked } from '../trail/query.ts';",
      },
      { path: 'events/unit.ts', text: "/** import { x } from '../infra/x.ts'; */\nimport { z } from 'zod';" },
    ];
    expect(offendingImports(allowed)).toEqual([]);
  });
});
