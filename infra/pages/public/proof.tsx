/** 怎样核验台账: the signed state of the log, said in words, and how a stranger checks it. */
import { NO_INPUT, page } from '../page.ts';
import { type LedgerNow, SignedVerdict, Witnesses, type WitnessTold } from '../parts/ledger.tsx';

export const proofPage = page({
  path: '/proof',
  name: 'ShowProofPage',
  title: '怎样核验台账',
  access: 'public',
  input: NO_INPUT,
  async load(_input, { ask }) {
    const [state, witnesses] = await Promise.all([
      ask<LedgerNow>('GetLedgerState'),
      ask<{ items: WitnessTold[] }>('ListWitnesses'),
    ]);
    return { state, witnesses: witnesses.items };
  },
  view: ({ data: { state, witnesses } }) => (
    <section class="narrow">
      <h1>怎样核验台账</h1>
      <p class="lead">
        台账只能追加。每个事件留下一个指纹，全部指纹组成一棵树，树根由系统签名、由见证人联署，成为“检查点”。
      </p>
      <h2>现在的状态</h2>
      <SignedVerdict state={state} witnesses={witnesses} />
      <Witnesses witnesses={witnesses} />
      <h2>能证明什么</h2>
      <p>此后改动、删去、调换、插入任何一个事件，或者截去末尾，都与手中的检查点不符，并能指出是第几个事件。</p>
      <h2>不能证明什么</h2>
      <p>
        账本不证明记入的内容真实，也不证明没有记入的事不曾发生；没有外部的检查点或者见证人时，不能发现被截去的末尾。
      </p>
      <h2>怎样做</h2>
      <ul>
        <li>
          <a href="/api/v1/ledger/checkpoint">最新的检查点</a>（保存一份，就是日后的凭据），
          <a href="/api/v1/ledger/keys">签名密钥</a>，<a href="/api/v1/ledger/checkpoints">历次检查点</a>
        </li>
        <li>公布的清单都写明所依位置和摘要，见各年度的项目计划</li>
        <li>监督人员可导出证据包，在不联网的电脑上打开其中的 verify.html 核验</li>
      </ul>
    </section>
  ),
});
