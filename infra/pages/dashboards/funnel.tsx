/** 质量攻关漏斗: how many projects took each step; each number leads to them. */
import { z } from 'zod';
import { codeWord } from '../../../events/words.ts';
import type { funnelSchema } from '../../../projections/dashboard/funnel.ts';
import { yearParameter } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { count } from '../parts/format.ts';
import { Bars } from '../parts/table.tsx';
import {
  DASHBOARD_READERS,
  Definitions,
  Head,
  Projects,
  refreshSeconds,
  share,
  WithEarlier,
  yearBefore,
} from './parts.tsx';

type Funnel = z.infer<typeof funnelSchema>;

export const funnelPage = page({
  path: '/dashboards/:year/funnel',
  name: 'ShowFunnelPage',
  title: ({ year }) => `${year}年度质量攻关漏斗`,
  access: DASHBOARD_READERS,
  input: z.strictObject({ year: yearParameter }),
  refreshSeconds,
  load: async ({ year }, asking) => ({
    funnel: await asking.ask<Funnel>('GetFunnel', { year }),
    before: await yearBefore<Funnel>('GetFunnel', year, asking),
  }),
  view: ({ data: { funnel, before }, actor }) => {
    const { year, steps, definitions } = funnel;
    const all = steps.find(({ step }) => step === 'started')?.projects ?? 0;
    const earlier = new Map(before?.steps.map(({ step, projects }) => [step, count(projects)]));
    return (
      <>
        <Head year={year} kind="funnel" fresh={funnel} actor={actor} />
        <Bars
          caption="走到过各步的项目数"
          unit="项目"
          rows={steps.map(({ step, projects, definition }) => ({
            label: codeWord('step', step),
            value: projects,
            shown: (
              <WithEarlier earlier={earlier.get(step)}>
                <Projects number={projects} counted={{ year, step }} actor={actor} means={definition.zh} />
              </WithEarlier>
            ),
            meaning: [definition.zh, share(projects, all) && `占全部项目 ${share(projects, all)}`]
              .filter(Boolean)
              .join('；'),
          }))}
        />
        <Definitions definitions={definitions} names={{ year: '年度', projects: '项目数' }} />
      </>
    );
  },
});
