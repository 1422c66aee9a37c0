/** What stands around every page: the head, the way to the other pages, who reads, and the foot. */
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { ROLE_WORDS } from '../../events/words.ts';
import type { Who } from '../http/request-context.ts';
import type { ToldOnce } from './act/told.ts';
import { asset } from './assets.ts';
import { minute } from './parts/format.ts';
import { by } from './return-to.ts';

/** Who is told of projects before they are published. */
const WORKS_ON_PROJECTS: readonly Role[] = ['UNIT', ...RECOMMENDING_ROLES, 'MSR', 'SUP'];

/** Who is told the sums of a year. */
const IS_TOLD_SUMS: readonly Role[] = [...RECOMMENDING_ROLES, 'MSR', 'SUP'];

interface Way {
  readonly href: string;
  readonly label: string;
  readonly isFor: (role: Role | undefined) => boolean;
}

const WAYS: readonly Way[] = [
  { href: '/', label: '公开信息', isFor: () => true },
  {
    href: '/work',
    label: '待办',
    isFor: role => role === 'TPO' || (role !== undefined && WORKS_ON_PROJECTS.includes(role)),
  },
  { href: '/projects', label: '项目', isFor: role => role !== undefined && WORKS_ON_PROJECTS.includes(role) },
  { href: '/registers', label: '台账', isFor: role => role !== undefined },
  { href: '/supervision', label: '监督', isFor: role => role === 'SUP' || role === 'MSR' },
  { href: '/panel-duties', label: '评定任务', isFor: role => role === 'EXPERT' },
  { href: '/dashboards', label: '看板', isFor: role => role !== undefined && IS_TOLD_SUMS.includes(role) },
  { href: '/statute', label: '办法条文', isFor: () => true },
  { href: '/docs', label: '接口文档', isFor: () => true },
];

/** Where the lists of the workbench begin: they stand in the directory. */
const OF_WORKBENCH = [
  '/programmes',
  '/follow-up',
  '/organising',
  '/trainings',
  '/reminders',
  '/panels',
  '/panel-formation',
  '/evaluations',
  '/experts',
  '/units',
  '/entrustments',
  '/accounts',
  '/fraud-cases',
  '/fee-complaints',
  '/rules',
  '/erasures',
  '/ledger/rotations',
];

/** No way leads to what a reader sees to for himself, or is led to by his duties. */
const OWN = ['/sign-in', '/set-password', '/me', '/reading-room'];

export interface Around {
  readonly title: string;
  readonly here: URL;
  readonly who: Who | undefined;
  /** When it was read, RFC 3339; said in print too. */
  readonly now?: string;
  /** What came of the form that led here; said once. */
  readonly told?: ToldOnce;
  /** Of a page that shows itself again while it is open: after so many seconds. */
  readonly refreshSeconds?: number;
}

/** A whole page as HTML. */
export function htmlOf(around: Around, content: VNode): string {
  return `<!doctype html>${renderToString(<Shell {...around}>{content}</Shell>)}`;
}

function Shell({
  title,
  here,
  who,
  now,
  refreshSeconds,
  told,
  children,
}: Around & { readonly children: ComponentChildren }) {
  return (
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === '攻关台账' ? title : `${title} · 攻关台账`}</title>
        <link rel="stylesheet" href={asset('style.css').address} />
        <script defer src={asset('enhance.js').address} />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#content">
          跳到正文
        </a>
        <header class="top">
          <div class="wide">
            <a class="brand" href="/">
              攻关台账
            </a>
            <nav aria-label="主导航">
              {WAYS.filter(({ isFor }) => isFor(who?.role)).map(({ href, label }) => (
                <a href={href} aria-current={isWithin(roomOf(here), href) ? 'page' : undefined}>
                  {label}
                </a>
              ))}
            </nav>
            <Reader who={who} here={here} />
          </div>
        </header>
        <main id="content" class="wide" data-refresh={refreshSeconds}>
          {told && (
            <div class="verdict" role="status" tabindex={-1} autofocus>
              <p>{told.message}</p>
              {told.sentences.map(sentence => (
                <p>{sentence}</p>
              ))}
            </div>
          )}
          {children}
        </main>
        <footer class="wide">
          {now !== undefined && (
            <p>
              {minute(now)} 由台账得出，<span class="on-paper">{here.pathname + here.search}，</span>打印件以台账为准。
            </p>
          )}
          <p>
            《天津市质量攻关管理办法》（津政办规〔2023〕12号）年度活动。页面上的每个数字都由台账投影而来。
            <a href="/proof">怎样核验台账</a>
          </p>
        </footer>
      </body>
    </html>
  );
}

function Reader({ who, here }: Pick<Around, 'who' | 'here'>) {
  if (!who) {
    const back = here.pathname === '/sign-in' ? undefined : here.pathname + here.search;
    return (
      <p class="who">
        <a href={by('/sign-in', back)}>登录</a>
      </p>
    );
  }
  const { name, role, orgName, hasOthers } = who;
  return (
    <form class="who" method="post" action="/sign-out">
      <a href="/me">
        {name ?? '我的账户'} · {orgName}（{ROLE_WORDS[role]}）
      </a>{' '}
      {hasOthers && here.pathname !== '/me/role' && <a href={by('/me/role', here.pathname + here.search)}>换角色</a>}{' '}
      <button type="submit" class="plain">
        退出
      </button>
    </form>
  );
}

/** A form belongs to where it leads back to; one that says nothing of it, to the registers of the workbench. */
function roomOf(here: URL): URL {
  if (!isUnder(here.pathname, '/act')) return here;
  const [back = ''] = (here.searchParams.get('to') ?? '').split('?');
  const room = new URL(here);
  room.pathname = back.startsWith('/') ? back : '/registers';
  return room;
}

/** The public pages have no common beginning: they are all that no other way leads to. */
function isWithin({ pathname }: URL, href: string): boolean {
  if (href === '/registers') return [href, ...OF_WORKBENCH].some(begin => isUnder(pathname, begin));
  if (href === '/supervision') return [href, '/people'].some(begin => isUnder(pathname, begin));
  if (href !== '/') return isUnder(pathname, href);
  const others = [...WAYS.map(way => way.href), ...OWN].filter(other => other !== '/');
  return !others.some(other => isWithin({ pathname } as URL, other));
}

const isUnder = (pathname: string, begin: string) => pathname === begin || pathname.startsWith(`${begin}/`);
