/** 登记: units with their industries, and recommending bodies. */
import { z } from 'zod';
import { bodyKindSchema, recommendingBodyRegistered, recommendingBodyRenamed } from '../../events/body.ts';
import { unitKindSchema, unitParticularsChanged, unitRegistered, unitRenamed } from '../../events/unit.ts';
import { reported } from './reportable.ts';
import { reportTable } from './table.ts';

const unitRow = z.strictObject({
  uscc: z.string(),
  name: z.string(),
  kind: unitKindSchema,
  district: z.string(),
  isBranch: z.boolean(),
  registeredAt: z.iso.datetime(),
});

const ofUnit = ({ data }: { readonly data: { readonly uscc: string } }) => data.uscc;

export const unitsTable = reportTable<z.infer<typeof unitRow>>({
  name: 'units',
  version: 1,
  rows: 1,
  title: { zh: '申报单位', en: 'Units' },
  question: '报表：申报单位 (for BI tools: the units)',
  row: unitRow,
  key: ['uscc'],
  handlers: [
    reported([unitRegistered], ofUnit, (_row, { recordedAt, data }) => {
      const { uscc, name, kind, district, isBranch } = data;
      return { uscc, name, kind, district, isBranch, registeredAt: recordedAt };
    }),
    reported([unitRenamed], ofUnit, (row, { data: { name } }) => row && { ...row, name }),
    reported(
      [unitParticularsChanged],
      ofUnit,
      (row, { data }) => row && { ...row, district: data.district ?? row.district },
    ),
  ],
});

const bodyRow = z.strictObject({
  bodyId: z.string(),
  name: z.string(),
  kind: bodyKindSchema,
  since: z.iso.date(),
});

const ofBody = ({ data }: { readonly data: { readonly bodyId: string } }) => data.bodyId;

export const bodiesTable = reportTable<z.infer<typeof bodyRow>>({
  name: 'bodies',
  version: 1,
  rows: 1,
  title: { zh: '推荐单位', en: 'Recommending bodies' },
  question: '报表：推荐单位 (for BI tools: the recommending bodies)',
  row: bodyRow,
  key: ['bodyId'],
  handlers: [
    reported([recommendingBodyRegistered], ofBody, (_row, { data }) => {
      const { bodyId, name, kind, from } = data;
      return { bodyId, name, kind, since: from };
    }),
    reported([recommendingBodyRenamed], ofBody, (row, { data: { name } }) => row && { ...row, name }),
  ],
});
