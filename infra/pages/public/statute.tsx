/** 办法条文、推荐单位: the text itself, and who is in charge of what. */
import { z } from 'zod';
import { catalogue } from '../../../events/catalogue.ts';
import { type ArticleId, articleLabel, articleOf, CHAPTERS } from '../../../events/statute.ts';
import { codeWord, districtWord } from '../../../events/words.ts';
import { articleParameter, oversees, paging } from '../../../projections/query.ts';
import { DUTIES, type Kind } from '../../../projections/report/duty-table.ts';
import { NO_INPUT, page } from '../page.ts';
import { Pager, Table } from '../parts/table.tsx';
import { WholeList } from '../parts/whole-list.tsx';

interface Article {
  readonly id: string;
  readonly label: string;
  readonly chapter: number;
  readonly text: string;
}

export const statutePage = page({
  path: '/statute',
  name: 'ShowStatutePage',
  title: '办法条文',
  access: 'public',
  input: NO_INPUT,
  load: (_input, { ask }) => ask<{ doc: string; textHash: string; articles: Article[] }>('GetArticles', {}),
  view: ({ data: { doc, textHash, articles }, actor }) => (
    <div class="statute">
      <h1>天津市质量攻关管理办法</h1>
      <p class="lead">{doc}。印本没有第十一条，第十七条有两条：引用时前一条为 art-17a，后一条为 art-17b。</p>
      {articles.map(({ id, label, chapter, text }, at) => (
        <section id={id}>
          {chapter !== articles[at - 1]?.chapter && <h2>{CHAPTERS[chapter - 1]}</h2>}
          <h3>
            <a href={`/statute/${id}`}>{label}</a> <small>{id}</small>
          </h3>
          {text.split('\n').map(line => (
            <p>{line}</p>
          ))}
          {oversees(actor) && (
            <p class="tools">
              <a href={`/supervision/trail?article=${id}`}>依据本条的行为</a>
            </p>
          )}
        </section>
      ))}
      <p class="fine">
        条文摘要（SHA-256） <span class="hash">{textHash}</span>
      </p>
    </div>
  ),
});

export const articlePage = page({
  path: '/statute/:article',
  name: 'ShowArticlePage',
  title: ({ article }) => articleLabel(article),
  access: 'public',
  input: z.strictObject({ article: articleParameter }),
  load: async ({ article }) => articleOf(article),
  view: ({ data: { id, text, chapter, ordinal, hash }, actor }) => (
    <section class="statute narrow">
      <p class="crumbs">
        <a href="/statute">办法条文</a> · {CHAPTERS[chapter - 1]}
      </p>
      <h1>{articleLabel(id)}</h1>
      {text.split('\n').map(line => (
        <p>{line}</p>
      ))}
      <h2>谁应当做什么</h2>
      <DutiesOf article={id} />
      <h2>依据本条记入台账的行为</h2>
      <ActsUnder article={id} />
      {oversees(actor) && (
        <p class="tools">
          <a href={`/supervision/trail?article=${id}`}>监督轨迹：依据本条的行为</a>
        </p>
      )}
      <p class="fine">
        引用号 {id}，印本第 {ordinal} 个条文，摘要（SHA-256） <span class="hash">{hash}</span>
      </p>
    </section>
  ),
});

const OWED_BY: Readonly<Record<Kind, string>> = {
  'municipal-authority': '市市场监督管理部门',
  'industry-authority': '市级行业主管部门',
  association: '有关行业协会',
  'district-bureau': '区市场监督管理部门',
  'project-unit': '项目单位',
};

function DutiesOf({ article }: { readonly article: ArticleId }) {
  const duties = DUTIES.filter(duty => duty.article === article);
  if (duties.length === 0) return <p class="none">本条没有以“应”“负责”规定须逐项办理的事项。</p>;
  return (
    <ul>
      {duties.map(({ item = '', word, title, owedBy }) => (
        <li>
          {owedBy.map(kind => OWED_BY[kind]).join('、')}
          {word}
          {title}
          {item}
        </li>
      ))}
    </ul>
  );
}

/** Which kinds of act there are; how many were done is for those who oversee. */
function ActsUnder({ article }: { readonly article: ArticleId }) {
  const kinds = [...catalogue.values()].filter(({ basis }) => 'article' in basis && basis.article === article);
  if (kinds.length === 0) return <p class="none">没有以本条为依据的行为。</p>;
  return <p>{kinds.map(({ title }) => title).join('、')}。</p>;
}

interface Body {
  readonly bodyId: string;
  readonly name: string;
  readonly kind: string;
  readonly inChargeOf: readonly { readonly industry?: string; readonly district?: string }[];
  readonly formerNames: readonly { readonly name: string }[];
}

export const bodiesPage = page({
  path: '/bodies',
  name: 'ShowBodiesPage',
  title: '推荐单位',
  access: 'public',
  input: z.strictObject(paging),
  load: (input, { ask }) => ask<{ items: Body[]; next?: string }>('ListBodies', input),
  view: ({ data: { items, next }, actor, here }) => (
    <>
      <h1>推荐单位</h1>
      <p class="lead">负责核实、推荐和跟踪服务的单位，以及各自负责的行业或者区（第六条、第十二条、第十六条）。</p>
      <WholeList query="ListBodies" input={{}} />
      <Table
        caption="推荐单位"
        columns={[
          {
            head: '单位',
            cell: row => (
              <>
                {oversees(actor) ? <a href={`/bodies/${row.bodyId}`}>{row.name}</a> : <span>{row.name}</span>}
                {row.formerNames.length > 0 && (
                  <small>曾用名 {row.formerNames.map(({ name }) => name).join('、')}</small>
                )}
              </>
            ),
          },
          { head: '类别', cell: row => codeWord('kind', row.kind) },
          {
            head: '负责',
            cell: row =>
              row.inChargeOf.map(({ industry, district }) => industry ?? districtWord(district ?? '')).join('、'),
          },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  ),
});
