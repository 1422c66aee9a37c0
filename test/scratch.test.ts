import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { z } from 'zod';
import { eventTypes } from '../events/catalogue.ts';
import { queryRoutes } from '../projections/routes.ts';
import { commandRoutes } from '../services/routes.ts';
import { pages } from '../infra/pages/index.ts';
import { openSite } from './http/support.ts';

it('dumps', async () => {
  const site = await openSite({ commands: commandRoutes, queries: queryRoutes });
  const doc = await (await site.call('GET', '/api/v1/openapi.json')).text();
  writeFileSync('/dev/shm/words/openapi.json', doc);
  const out: unknown[] = [];
  const js = (s: z.ZodType, io: 'input' | 'output') => z.toJSONSchema(s, { io, unrepresentable: 'any' });
  for (const { command } of commandRoutes) out.push({ kind: 'command', owner: command.name, schema: js(command.input, 'input') });
  for (const q of queryRoutes) {
    out.push({ kind: 'query-in', owner: q.name, schema: js(q.input, 'input') });
    out.push({ kind: 'query-out', owner: q.name, schema: js(q.output, 'output') });
  }
  for (const e of eventTypes) out.push({ kind: 'event', owner: e.type, schema: js((e as any).schema, 'output') });
  for (const p of pages as any[]) out.push({ kind: 'page', owner: p.name, schema: js(p.input, 'input') });
  writeFileSync('/dev/shm/words/schemas.json', JSON.stringify(out));
  await site.close();
});
