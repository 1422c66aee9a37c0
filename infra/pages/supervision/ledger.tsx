/** 台账存证: what is signed of the log, by which key, who has confirmed it, and whether somebody refuses to. */
import { OVERSIGHT } from '../../../projections/query.ts';
import { NO_INPUT, page } from '../page.ts';
import { count, minute } from '../parts/format.ts';
import {
  LedgerFacts,
  type LedgerNow,
  SignedVerdict,
  type SigningKey,
  SigningKeys,
  Witnesses,
  type WitnessTold,
} from '../parts/ledger.tsx';
import { Table } from '../parts/table.tsx';

interface SignedState {
  readonly size: number;
  readonly signedAt: string;
  readonly milestone?: string;
}

interface Rotation {
  readonly reason: string;
  readonly stage: 'ordered' | 'confirmed' | 'carried-out';
  readonly ordered: { readonly byName: string; readonly at: string };
  readonly confirmed?: { readonly byName: string; readonly at: string };
}

const STAGES: Readonly<Record<Rotation['stage'], string>> = {
  ordered: '已提出，待另一人确认',
  confirmed: '已确认，待执行',
  'carried-out': '已执行',
};

/** The checkpoints of earlier years are for the API. */
const SHOWN = 20;

export const ledgerPage = page({
  path: '/supervision/ledger',
  name: 'ShowLedgerPage',
  title: '台账存证',
  access: OVERSIGHT,
  input: NO_INPUT,
  async load(_input, { ask }) {
    const [state, witnesses, keys, checkpoints, rotations] = await Promise.all([
      ask<LedgerNow>('GetLedgerState'),
      ask<{ items: WitnessTold[] }>('ListWitnesses'),
      ask<{ keys: SigningKey[] }>('ListLedgerKeys'),
      ask<{ items: SignedState[] }>('ListCheckpoints'),
      ask<{ items: Rotation[] }>('ListLedgerKeyRotations'),
    ]);
    return {
      state,
      witnesses: witnesses.items,
      keys: keys.keys,
      checkpoints: checkpoints.items.toReversed(),
      rotations: rotations.items,
    };
  },
  view: ({ data: { state, witnesses, keys, checkpoints, rotations } }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>台账存证</h1>
      <p class="lead">台账只能追加。检查点是系统对全部事件的签名；见证人在看到它只增不改以后共签。</p>
      <SignedVerdict state={state} witnesses={witnesses} />
      <LedgerFacts state={state} />
      <h2>见证人</h2>
      <Witnesses witnesses={witnesses} />
      <h2>历次检查点</h2>
      <Table
        caption="检查点，最近的在前"
        none="尚无检查点。"
        columns={[
          { head: '签署于', cell: ({ signedAt }) => minute(signedAt), isOneLine: true },
          { head: '包含的事件', cell: ({ size }) => count(size), isNumber: true },
        ]}
        rows={checkpoints.slice(0, SHOWN)}
      />
      <h2>签名密钥</h2>
      <SigningKeys keys={keys} />
      <Table
        caption="更换密钥的决定"
        none="没有提出过更换密钥。"
        columns={[
          { head: '提出', cell: ({ ordered }) => `${ordered.byName}，${minute(ordered.at)}` },
          {
            head: '确认',
            cell: ({ confirmed }) => (confirmed ? `${confirmed.byName}，${minute(confirmed.at)}` : '尚未确认'),
          },
          { head: '办到', cell: ({ stage }) => STAGES[stage] },
          { head: '理由', cell: ({ reason }) => reason },
        ]}
        rows={rotations}
      />
      <p class="tools">
        <a href="/supervision/reports/14">离线核验的结论（报告 14）</a>
        <a href="/proof">怎样自己核验</a>
        <a href="/supervision/health">系统健康</a>
      </p>
    </>
  ),
});
