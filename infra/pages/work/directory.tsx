/** 台账目录: every list of the workbench that the reader may open, with what stands in it. */
import type { Role } from '../../../events/envelope.ts';
import { admits } from '../../http/policy.ts';
import { type DeclaredPage, NO_INPUT, page } from '../page.ts';
import { accountsPage } from './accounts.tsx';
import { entrustmentsPage } from './entrustments.tsx';
import { expertsPage } from './experts.tsx';
import { feeComplaintsPage } from './fee-complaints.tsx';
import { followUpPage } from './follow-up.tsx';
import { fraudCasesPage } from './fraud-cases.tsx';
import { organisingPage } from './organising.tsx';
import { panelsPage } from './panels.tsx';
import { programmesPage } from './programme/year.tsx';
import { remindersPage } from './reminders.tsx';
import { rulesPage } from './rules.tsx';
import { trainingsPage } from './trainings.tsx';
import { erasuresPage, rotationsPage } from './two-persons.tsx';
import { unitsPage } from './units.tsx';

type Entry = readonly [page: DeclaredPage, meaning: string];

const SECTIONS: readonly (readonly [heading: string, entries: readonly Entry[]])[] = [
  [
    '年度活动',
    [
      [programmesPage, '各年度走到哪一步，工作方案、立项审核、成果报送、认定和公布'],
      [followUpPage, '实施进度、监测、走访、问题和逾期事项'],
      [trainingsPage, '培训安排、参加情况和覆盖'],
      [remindersPage, '发出的期限提醒'],
      [organisingPage, '协同配合、典型、历年成果'],
    ],
  ],
  [
    '技术评定',
    [
      [panelsPage, '评定组的抽取、回避和评分'],
      [expertsPage, '专家、在库状态和考核'],
    ],
  ],
  [
    '单位和人员',
    [
      [unitsPage, '申报单位和不受理申报名单'],
      [entrustmentsPage, '第三方机构、委托事项和期限'],
      [accountsPage, '账户、角色和待第二人确认的事项'],
    ],
  ],
  [
    '监督管理',
    [
      [fraudCasesPage, '线索、核查、处理决定'],
      [feeComplaintsPage, '收费投诉和不收费声明'],
      [rulesPage, '办法及其有效期、制度规范、评定标准、放假安排'],
      [erasuresPage, '个人信息的删除'],
      [rotationsPage, '台账签名密钥的更换'],
    ],
  ],
];

const READERS: readonly Role[] = ['UNIT', 'REC-I', 'REC-A', 'REC-D', 'MSR', 'SUP', 'TPO', 'EXPERT'];

export const directoryPage = page({
  path: '/registers',
  name: 'ShowDirectoryPage',
  title: '台账目录',
  access: READERS,
  input: NO_INPUT,
  load: async (_input, { reader }) => entriesFor(reader.actor?.role),
  view: ({ data: sections, actor }) => (
    <>
      <h1>台账目录</h1>
      {actor && <Own role={actor.role} orgId={actor.orgId} />}
      {sections.map(([heading, entries]) => (
        <section>
          <h2>{heading}</h2>
          <ul class="cards">
            {entries.map(([{ path, title }, meaning]) => (
              <li>
                <h3>
                  <a href={path}>{String(title)}</a>
                </h3>
                {meaning}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  ),
});

function entriesFor(role: Role | undefined): typeof SECTIONS {
  return SECTIONS.map(
    ([heading, entries]) => [heading, entries.filter(([{ access }]) => admits(access, role))] as const,
  ).filter(([, entries]) => entries.length > 0);
}

/** The page of the organisation that the reader acts for. */
function Own({ role, orgId }: { readonly role: Role; readonly orgId: string }) {
  const own =
    role === 'UNIT'
      ? ([`/units/${orgId}`, '本单位：登记信息、申报的项目和成果'] as const)
      : role.startsWith('REC-')
        ? ([`/bodies/${orgId}`, '本单位：收件箱、核实台账、成果汇总、激励和推广'] as const)
        : role === 'TPO'
          ? ([`/entrustments/${orgId}`, '本机构的委托事项'] as const)
          : undefined;
  if (!own) return null;
  return (
    <p>
      <a href={own[0]}>{own[1]}</a>
    </p>
  );
}
