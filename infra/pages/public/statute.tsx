/** 办法条文、推荐单位: the text itself, and who is in charge of what. */
import { z } from 'zod';
import { CHAPTERS } from '../../../events/statute.ts';
import { codeWord, districtWord } from '../../../events/words.ts';
import { paging } from '../../../projections/query.ts';
import { NO_INPUT, page } from '../page.ts';
import { Pager, Table } from '../parts/table.tsx';

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
            {label} <small>{id}</small>
          </h3>
          {text.split('\n').map(line => (
            <p>{line}</p>
          ))}
          {actor && (actor.role === 'SUP' || actor.role === 'MSR') && (
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
  view: ({ data: { items, next }, here }) => (
    <>
      <h1>推荐单位</h1>
      <p class="lead">负责核实、推荐和跟踪服务的单位，以及各自负责的行业或者区（第六条）。</p>
      <Table
        caption="推荐单位"
        columns={[
          {
            head: '单位',
            cell: row => (
              <>
                <span>{row.name}</span>
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
