import { get, jsonOf } from '../route.ts';
import { trailExport } from './export.ts';
import { facetsInput, facetsSchema, trailFacets } from './facets.ts';
import { readTrail, trailEntrySchema, trailExportInput, trailInput } from './query.ts';

export const queries = [
  get({
    path: '/trail',
    name: 'ReadTrail',
    title: '监督轨迹',
    summary: 'Who did what, when, under which article; newest first unless asked otherwise.',
    allow: ['SUP', 'MSR'],
    input: trailInput,
    output: trailEntrySchema,
    paged: true,
    async answer(input, _caller, reader) {
      const { entries, next } = await readTrail(input, reader);
      const answer = jsonOf({ items: entries, ...(next && { next }) });
      return next && answer.kind === 'json' ? { ...answer, next } : answer;
    },
  }),
  get({
    path: '/trail/facets',
    name: 'CountTrail',
    title: '监督轨迹分类计数',
    summary: 'How many entries of the filtered trail there are by article, act, role, mark and year, within a bound.',
    allow: ['SUP', 'MSR'],
    input: facetsInput,
    output: facetsSchema,
    paged: false,
    answer: async (input, _caller, reader) => jsonOf(await trailFacets(input, reader)),
  }),
  get({
    path: '/trail/export',
    name: 'ExportTrail',
    title: '导出监督轨迹',
    summary: 'The filtered trail as CSV or NDJSON, oldest or newest first.',
    allow: ['SUP', 'MSR'],
    input: trailExportInput,
    output: trailEntrySchema,
    paged: false,
    files: ['text/csv', 'application/x-ndjson'],
    async answer({ format, ...filter }, _caller, reader) {
      const mediaType = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
      return { kind: 'stream', mediaType, filename: `trail.${format}`, chunks: trailExport(filter, format, reader) };
    },
  }),
] as const;
