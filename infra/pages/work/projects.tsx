/** 项目一览: the projects that the reader may know of, narrowed by what stands in the address; where numbers lead to. */
import { RECOMMENDING_ROLES, type Role } from '../../../events/envelope.ts';
import { CONFIDENTIAL_STEPS, JOURNEY_STAGES, JOURNEY_STEPS, type JourneyStep } from '../../../events/rules/stages.ts';
import { codeWord, districtWord } from '../../../events/words.ts';
import { type ListedProject, projectListInput } from '../../../projections/dashboard/project-list.ts';
import { OVERSIGHT, oversees } from '../../../projections/query.ts';
import { type Asking, page, type Reading } from '../page.ts';
import { ChoiceField, Filters, type Options, TextField } from '../parts/field.tsx';
import { count, minute, withChoice } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';

const READERS: readonly Role[] = ['UNIT', ...RECOMMENDING_ROLES, ...OVERSIGHT];

interface Listed {
  readonly items: readonly ListedProject[];
  readonly total: number;
  readonly next?: string;
}

export const projectsPage = page({
  path: '/projects',
  name: 'ShowProjectsPage',
  title: '项目',
  access: READERS,
  input: projectListInput,
  async load(input, asking) {
    const listed = await asking.ask<Listed>('ListProjects', input);
    return { listed, years: await yearsOf(asking), bodies: await bodiesOf(asking) };
  },
  view: ({ input, data: { listed, years, bodies }, actor, here }) => (
    <>
      <h1>项目</h1>
      <p class="lead">
        共 {count(listed.total)} 个{actor && oversees(actor) ? '' : '本单位可以查阅的'}项目，按年度和编号排列。
      </p>
      <Filters label="筛选项目">
        <ChoiceField label="申报年度" name="year" options={years} chosen={input.year?.toString()} />
        <ChoiceField label="目前所处环节" name="stage" options={wordsOf(JOURNEY_STAGES, actor)} chosen={input.stage} />
        <ChoiceField label="走到过的一步" name="step" options={wordsOf(JOURNEY_STEPS, actor)} chosen={input.step} />
        {actor && oversees(actor) && <ChoiceField label="推荐单位" name="body" options={bodies} chosen={input.body} />}
        <TextField label="查找" name="q" value={input.q} hint="名称、单位、编号" />
        {besides(input, listed, bodies).map(({ name, value }) => (
          <input type="hidden" name={name} value={value} />
        ))}
      </Filters>
      <Besides here={here} chosen={besides(input, listed, bodies)} />
      <Table
        caption="项目，每行一个"
        none="没有符合条件的项目。"
        columns={[
          { head: '年度', cell: row => row.year, isOneLine: true },
          {
            head: '项目',
            cell: row => (
              <>
                <a href={`/projects/${row.projectId}`}>{row.title}</a>
                <small>{row.projectId}</small>
              </>
            ),
          },
          { head: '申报单位', cell: row => row.unitName },
          { head: '推荐单位', cell: row => row.bodyName },
          {
            head: '目前所处环节',
            cell: row => (
              <>
                {codeWord('step', row.stage)}
                <small>{minute(row.since).slice(0, 10)} 起</small>
              </>
            ),
          },
        ]}
        rows={listed.items}
      />
      <Pager here={here} next={listed.next} />
    </>
  ),
});

/** What panels and review think is no choice for those who are not told. */
function wordsOf(steps: readonly JourneyStep[], actor: Reading['actor']): Options {
  return steps
    .filter(step => oversees(actor) || !CONFIDENTIAL_STEPS.has(step))
    .map(step => [step, codeWord('step', step)] as const);
}

async function yearsOf({ ask }: Asking): Promise<Options> {
  const { items } = await ask<{ items: { year: number }[] }>('ListProgrammes', {});
  return items.map(({ year }) => [String(year), `${year}年度`] as const);
}

async function bodiesOf({ ask }: Asking): Promise<Options> {
  const { items } = await ask<{ items: { bodyId: string; name: string }[] }>('ListBodies', { limit: 500 });
  return items.map(({ bodyId, name }) => [bodyId, name] as const);
}

const STATED_WORDS = {
  application: '申报材料已提交、未撤回',
  result: '成果材料已提交、未撤回',
  recognised: '认定为优秀成果且认定有效',
} as const;

interface Choice {
  readonly name: string;
  readonly value: string;
  readonly words: string;
}

/** What a number that leads here asks for besides the fields of the form, in words. */
function besides(input: (typeof projectListInput)['_output'], { items }: Listed, bodies: Options): readonly Choice[] {
  const { left, opinionOf, unit, industry, district, stated, category, method } = input;
  const words: readonly (readonly [name: string, value: string | undefined, words: string])[] = [
    ['left', left, left ? `曾处于而已离开：${codeWord('step', left)}` : ''],
    ['opinionOf', opinionOf, `首次意见由 ${bodies.find(([id]) => id === opinionOf)?.[1] ?? opinionOf} 作出`],
    ['unit', unit, `申报单位：${items[0]?.unitName ?? unit}`],
    ['industry', industry, `行业：${industry}`],
    ['district', district, `申报单位在${district ? districtWord(district) : ''}`],
    ['stated', stated, stated ? STATED_WORDS[stated] : ''],
    ['category', category, `成效类别：${category}`],
    ['method', method, `质量管理方法：${method}`],
  ];
  return words.flatMap(([name, value, said]) => (value === undefined ? [] : [{ name, value, words: said }]));
}

function Besides({ here, chosen }: { readonly here: URL; readonly chosen: readonly Choice[] }) {
  if (chosen.length === 0) return null;
  return (
    <p class="tools">
      {chosen.map(({ name, words }) => (
        <span>
          <span class="tag">{words}</span> <a href={withChoice(here, { [name]: undefined })}>去掉此条件</a>
        </span>
      ))}
    </p>
  );
}
