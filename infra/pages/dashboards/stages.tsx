/** 各环节用时: how many projects stand in each stage, since when, and how long the others stood there. */
import { z } from 'zod';
import { codeWord } from '../../../events/words.ts';
import type { timeInStageSchema } from '../../../projections/dashboard/time-in-stage.ts';
import { OVERSIGHT, yearParameter } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { count, minute } from '../parts/format.ts';
import { Table } from '../parts/table.tsx';
import { Definitions, Head, Projects, refreshSeconds, WithEarlier, yearBefore } from './parts.tsx';

type TimeInStage = z.infer<typeof timeInStageSchema>;

export const stagesPage = page({
  path: '/dashboards/:year/stages',
  name: 'ShowStagesPage',
  title: ({ year }) => `${year}年度各环节用时`,
  access: OVERSIGHT,
  input: z.strictObject({ year: yearParameter }),
  refreshSeconds,
  load: async ({ year }, asking) => ({
    told: await asking.ask<TimeInStage>('GetTimeInStage', { year }),
    before: await yearBefore<TimeInStage>('GetTimeInStage', year, asking),
  }),
  view: ({ data: { told, before }, actor }) => {
    const { year, stages, definitions } = told;
    const earlier = new Map(before?.stages.map(({ stage, left }) => [stage, left?.median]));
    return (
      <>
        <Head year={year} kind="stages" fresh={told} actor={actor} />
        {[false, true].map(isEnd => (
          <section>
            <h2>{isEnd ? '终结环节' : '办理中的环节'}</h2>
            <Table
              caption={isEnd ? '终结环节' : '办理中的环节'}
              columns={[
                {
                  head: '环节',
                  cell: row => (
                    <>
                      <span>{codeWord('step', row.stage)}</span>
                      <small>{row.definition.zh}</small>
                    </>
                  ),
                },
                {
                  head: '现在停在此处',
                  isNumber: true,
                  cell: ({ stage, now }) => (
                    <Projects number={now} counted={{ year, stage }} actor={actor} means={definitions.now?.zh} />
                  ),
                },
                {
                  head: '最早自',
                  cell: row => (row.oldestSince ? minute(row.oldestSince).slice(0, 10) : ''),
                  isOneLine: true,
                },
                {
                  head: '已离开',
                  isNumber: true,
                  cell: ({ stage, left }) => (
                    <Projects
                      number={left?.projects ?? 0}
                      counted={{ year, left: stage }}
                      actor={actor}
                      means={definitions.left?.zh}
                    />
                  ),
                },
                { head: '平均（天）', cell: row => row.left?.mean, isNumber: true },
                {
                  head: '中位（天）',
                  isNumber: true,
                  cell: ({ stage, left }) => {
                    const median = earlier.get(stage);
                    return (
                      <WithEarlier earlier={median === undefined ? undefined : count(median)}>
                        {left?.median}
                      </WithEarlier>
                    );
                  },
                },
                { head: '九成以内（天）', cell: row => row.left?.p90, isNumber: true },
              ]}
              rows={stages.filter(({ end }) => end === isEnd)}
            />
          </section>
        ))}
        <Definitions definitions={definitions} names={NAMES} />
      </>
    );
  },
});

const NAMES = {
  year: '年度',
  stage: '环节',
  end: '终结环节',
  now: '现在停在此处',
  oldestSince: '最早自',
  left: '已离开',
  days: '天数',
} as const;
