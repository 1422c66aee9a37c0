/** How a form looks on its way: filled in, checked, and what it hands over. */
import type { ComponentChildren } from 'preact';
import { basisLabel } from '../../../events/basis-label.ts';
import { articleLabel, articleOf } from '../../../events/statute.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { AnyCommand } from '../../../services/command.ts';
import { DRAFT_DAYS } from '../../drafts/drafts.ts';
import { articlesOf } from '../../http/articles.ts';
import type { ToldOffer } from '../../http/offers.ts';
import type { Problem } from '../../http/problem.ts';
import type { Who } from '../../http/request-context.ts';
import { minute } from '../parts/format.ts';
import { Answers } from './answers.tsx';
import { Control, Controls, controlId, type Filling, labelOf } from './controls.tsx';
import type { Field } from './fields.ts';
import { fieldAt, type LaidOut } from './layout.tsx';
import { isMadeId } from './made-ids.ts';

/** One form of one command, as far as it has been filled in. */
export interface Act extends Filling {
  readonly about: AnyCommand;
  readonly fields: readonly Field[];
  /** Fields that the page gave which led here: they are shown, not asked. */
  readonly fixed: ReadonlySet<string>;
  /** Of an act that may be entered later: when it took place. */
  readonly later: readonly Field[];
  readonly problem?: Problem | undefined;
  /** Why it cannot be done now, whatever is typed. */
  readonly closed?: ToldOffer['why'];
  /** Whether what is typed can be kept unsent. */
  readonly keepsDrafts?: boolean;
  /** When the draft was saved that the form was filled in from. */
  readonly draftSavedAt?: string | undefined;
  /** Of a form that was laid out by hand. */
  readonly laid?: LaidOut | undefined;
}

export function FormView({ act }: { readonly act: Act }) {
  const { about, fields, fixed, later, laid, typed } = act;
  const asked = fields.filter(({ at }) => !fixed.has(at));
  const beside = laid?.data !== undefined && laid.layout.beside?.(laid.data as never, typed);
  const form = (
    <section class="narrow">
      <h1>{about.title}</h1>
      <Trouble act={act} />
      {act.closed && <Closed why={act.closed} />}
      {act.draftSavedAt !== undefined && (
        <p class="verdict">
          以下是 {minute(act.draftSavedAt)} 保存的草稿，尚未提交。自最后一次保存起保留 {DRAFT_DAYS} 天，只有本人能看到。
        </p>
      )}
      <Fixed act={act} />
      <form method="post" action={`/act/${about.name}`} enctype="multipart/form-data" class="act">
        <button type="submit" name="_do" value="check" class="sr" tabindex={-1}>
          核对
        </button>
        <Carried act={act} but={[...asked, ...later]} />
        {laid ? <ByHand act={act} laid={laid} /> : <Controls fields={asked} filling={act} />}
        {later.length > 0 && (
          <details open={later.some(({ at }) => act.faults.has(at) || act.typed.has(`${at}:y`))}>
            <summary>补录：该行为在今天以前已经办理的，在此填写办理时间</summary>
            {later.map(field => (
              <Control field={field} filling={act} />
            ))}
          </details>
        )}
        <p class="tools">
          <button type="submit" name="_do" value="check">
            核对填写内容
          </button>
          {act.keepsDrafts && (
            <button type="submit" name="_do" value="save" class="second">
              保存草稿
            </button>
          )}
          {act.draftSavedAt !== undefined && (
            <button type="submit" name="_do" value="discard" class="second">
              丢弃草稿，重新填写
            </button>
          )}
        </p>
        {act.keepsDrafts && <p class="fine draft" role="status" />}
      </form>
      <Basis about={about} />
    </section>
  );
  if (!beside) return form;
  return (
    <div class="beside form">
      {form}
      <aside class="offers" aria-label="参看">
        {beside}
      </aside>
    </div>
  );
}

function ByHand({ act, laid: { layout, data } }: { readonly act: Act; readonly laid: LaidOut }) {
  const { fields, fixed } = act;
  const fieldOf = (at: string) => fieldAt(fields, at);
  const ask = (at: string, help?: string) => {
    const field = fieldOf(at);
    if (fixed.has(at)) return null;
    return <Control field={field} filling={help === undefined ? act : { ...act, help: new Map([[at, help]]) }} />;
  };
  return layout.view({ data: data as never, filling: act, fieldOf, ask });
}

/** What the page says that led here. */
function Fixed({ act }: { readonly act: Act }) {
  const { fields, fixed, command, typed, refs } = act;
  const known = fields.filter(({ at }) => fixed.has(at) && !isMadeId(command, at));
  if (known.length === 0) return null;
  return <Answers fields={known} filled={{ command, typed, refs }} />;
}

/** Everything that the form knows and does not ask, carried on. */
function Carried({ act, but }: { readonly act: Pick<Act, 'typed'>; readonly but: readonly Field[] }) {
  const isAsked = (name: string) =>
    but.some(({ at }) => name === at || name.startsWith(`${at}/`) || name.startsWith(`${at}:`));
  const carried = [...act.typed].filter(([name]) => !isAsked(name) && name !== '_do');
  return (
    <>
      {carried.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

export function CheckView({ act, who }: { readonly act: Act; readonly who: Who | undefined }) {
  const { about, fields, later, command, typed, refs, laid } = act;
  const filled = { command, typed, refs };
  const isLater = later.some(({ at }) => [...typed].some(([name, value]) => name.startsWith(at) && value !== ''));
  return (
    <section class="narrow">
      <h1>核对：{about.title}</h1>
      <p class="lead">请逐项核对。确认后即记入台账，不能涂改，只能以新的记录更正。</p>
      <Answers fields={fields.filter(({ at }) => !isMadeId(command, at))} filled={filled} />
      {isLater && <Answers fields={later} filled={filled} />}
      {laid?.data !== undefined && laid.layout.check?.(laid.data as never, typed)}
      {who && (
        <p>
          办理人：{who.name ?? '本账户'}，{who.orgName}（{ROLE_WORDS[who.role]}）
        </p>
      )}
      <form method="post" action={`/act/${about.name}`} enctype="multipart/form-data" class="tools">
        <Carried act={act} but={[]} />
        <button type="submit" name="_do" value="send">
          确认并提交
        </button>
        <button type="submit" name="_do" value="edit" class="second">
          返回修改
        </button>
        {act.keepsDrafts && (
          <button type="submit" name="_do" value="save" class="second">
            保存草稿
          </button>
        )}
      </form>
      <Basis about={about} whole />
    </section>
  );
}

/** The text of the articles that the command rests on. */
function Basis({ about, whole }: { readonly about: AnyCommand; readonly whole?: true }) {
  const articles = articlesOf(about).map(articleOf);
  if (articles.length === 0) return null;
  const text = articles.map(({ id, text: words }) => (
    <>
      <h3>
        <a href={`/statute/${id}`}>{articleLabel(id)}</a>
      </h3>
      <p class="typed">{words}</p>
    </>
  ));
  return whole ? (
    <>
      <h2>依据</h2>
      {text}
    </>
  ) : (
    <details>
      <summary>依据：{articles.map(({ id }) => articleLabel(id)).join('、')}</summary>
      {text}
    </details>
  );
}

/** Said before anything is typed that would be refused. */
function Closed({ why: { zh, en, basis } }: { readonly why: NonNullable<ToldOffer['why']> }) {
  return (
    <div class="alert" role="alert">
      <h2>现在还不能办理</h2>
      <p>{zh}</p>
      <p lang="en">{en}</p>
      {basis !== undefined && <p>依据：{basis}</p>}
      <p>现在提交会被退回。</p>
    </div>
  );
}

/** Why it was not done, before everything else, with the way to each field. */
function Trouble({ act }: { readonly act: Act }) {
  const { problem, faults, fields, later, command } = act;
  if (!problem && faults.size === 0) return null;
  return (
    <div class="alert" role="alert" tabindex={-1} autofocus aria-labelledby="trouble">
      <h2 id="trouble">{problem && faults.size === 0 ? '没有办成' : '请更正以下内容'}</h2>
      {problem && faults.size === 0 && (
        <>
          <p>{problem.text.zh}</p>
          <p lang="en">{problem.text.en}</p>
          {problem.particulars.rule && <p>依据：{basisLabel(problem.particulars.rule)}</p>}
          {problem.status === 503 && <p>填写的内容还在，稍后再提交即可，不会重复记录。</p>}
        </>
      )}
      <ul>
        {[...faults].map(([at, fault]) => (
          <li>
            <a href={`#${controlId(at)}`}>{placeOf(at, [...fields, ...later], command)}</a>：{fault}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The names of the fields on the way to one, e.g. 期限安排 › 培训. */
function placeOf(at: string, fields: readonly Field[], command: string): string {
  const parts = at.split('/');
  const names = parts.map((part, index) => {
    if (/^\d+$/.test(part)) return `第 ${Number(part) + 1} 项`;
    const place = parts.slice(0, index + 1).filter(each => !/^\d+$/.test(each));
    return labelOf({ place: place.join('.') }, command);
  });
  const known = fields.find(field => field.at === at);
  return known ? labelOf(known, command) : names.join(' › ');
}

export function HandedOver({
  title,
  facts,
  to,
}: {
  readonly title: string;
  readonly facts: ComponentChildren;
  readonly to: string;
}) {
  return (
    <section class="narrow">
      <h1>{title}：已记录</h1>
      <div class="verdict">
        <p>以下内容只在此显示一次，请妥善保管；为他人办理的，当面交给本人。离开本页后不能再查看，只能重新办理。</p>
        {facts}
      </div>
      <p>
        <a href={to}>记下了，继续</a>
      </p>
    </section>
  );
}

/** For somebody whose session has ended: what he typed stays on the page until he has signed in beside it. */
export function EndedView({ about, typed }: Pick<Act, 'about' | 'typed'>) {
  return (
    <section class="narrow">
      <h1>登录已结束</h1>
      <p class="lead">
        “{about.title}”尚未提交。填写的内容还在这一页：请先在新窗口登录，再回到这里继续。刚选的文件须重新选择。
      </p>
      <p>
        <a href="/sign-in?to=%2Fme" target="_blank" rel="noopener">
          在新窗口登录
        </a>
      </p>
      <form method="post" action={`/act/${about.name}`} enctype="multipart/form-data">
        <Carried act={{ typed }} but={[]} />
        <button type="submit" name="_do" value="edit">
          已登录，继续填写
        </button>
      </form>
    </section>
  );
}
