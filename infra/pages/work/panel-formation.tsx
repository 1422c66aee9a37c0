/**
 * 准备启动评定组组建: the seed of a draw is made before anybody knows of it, and what the ledger keeps of it until the draw is
 * its digest. It is shown on this page alone, once.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { articleLabel } from '../../../events/statute.ts';
import { sha256 } from '../../../services/panel/state.ts';
import { resultsWithoutPanel } from '../act/choices/evaluation.ts';
import { page } from '../page.ts';
import { OfferedAct } from '../parts/offers.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { ProjectLink } from './links.tsx';

/** 128 bits, in groups that can be copied by hand. */
const newSeed = () =>
  randomBytes(16)
    .toString('hex')
    .replaceAll(/.{4}(?=.)/g, '$&-');

/** Panels of a year are numbered, unless whoever starts one over the API names it. */
function nextPanel(year: number, taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${year}-${number}`)) number += 1;
  return `${year}-${number}`;
}

export const panelFormationPage = page({
  path: '/panel-formation',
  name: 'ShowPanelFormationPage',
  title: '准备启动评定组组建',
  access: ['MSR'],
  input: z.strictObject({ year: z.coerce.number().int().min(2024).max(2100).optional() }),
  async load({ year: asked }, { ask, offersOnEach }) {
    const { items } = await ask<{ items: { year: number }[] }>('ListProgrammes');
    const years = items.map(({ year }) => year).sort((one, other) => other - one);
    const year = asked ?? years[0];
    if (year === undefined) return { years };
    const panels = await ask<{ items: { panelId: string }[] }>('ListPanels', { year, limit: 500 });
    const panelId = nextPanel(
      year,
      panels.items.map(panel => panel.panelId),
    );
    const [[offer] = []] = await offersOnEach([{ panelId }], ['StartPanelFormation']);
    return {
      years,
      year,
      seed: newSeed(),
      offer,
      results: await resultsWithoutPanel(year, ask),
    };
  },
  view: ({ data: { years, year, seed = '', offer, results = [] } }) => (
    <>
      <p class="crumbs">
        <a href="/panels">技术评定组</a>
      </p>
      <h1>准备启动评定组组建{year !== undefined && `（${year}年度）`}</h1>
      <p class="lead">
        专家由种子和公开随机数共同抽取（{articleLabel('art-18')}
        ）。抽取之前台账只记录种子的摘要；抽取时公布种子，任何人可以复算。
      </p>
      {years.length > 1 && (
        <p class="tools">
          {years.map(other => (
            <a href={`/panel-formation?year=${other}`}>{other}年度</a>
          ))}
        </p>
      )}
      {results.length === 0 ? (
        <p class="none">没有等待评定的成果：推荐单位报送、尚未交由评定组的成果列在这里。</p>
      ) : (
        <>
          <h2>一、抄下种子，密封保存</h2>
          <Facts
            facts={[
              ['种子', <strong class="hash">{seed}</strong>],
              ['种子承诺（摘要）', <span class="hash">{sha256(seed)}</span>],
            ]}
          />
          <p class="warn">种子只在本页显示这一次，系统不保存。抽取时须填入原文；遗失的，只能解散重组。</p>
          <h2>二、启动组建</h2>
          <p>
            <OfferedAct offer={offer} to={`/panels?year=${year}`} values={{ seedCommitment: sha256(seed) }} isButton>
              种子已抄下，启动组建
            </OfferedAct>
          </p>
          <Table
            caption="等待评定的成果"
            columns={[
              { head: '项目', cell: row => <ProjectLink {...row} /> },
              { head: '单位', cell: ({ unitName }) => unitName },
            ]}
            rows={results}
          />
        </>
      )}
    </>
  ),
});
