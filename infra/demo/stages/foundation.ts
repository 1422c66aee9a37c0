/** January: the rules, the people, the bodies, the expert bank, the earlier results, and the units that register. */
import { hash } from 'node:crypto';
import { accountStream } from '../../../events/account.ts';
import type { Actor, Role } from '../../../events/envelope.ts';
import { type AccountId, creditCodeCheckSymbol } from '../../../events/ids.ts';
import { CLERICAL_COMMANDS } from '../../../events/rules/mandate.ts';
import { ARTICLES, REGULATION } from '../../../events/statute.ts';
import { type DemoUnit, demoBodies, EXPERTS, officers, THIRD_PARTY } from '../cast.ts';
import type { Chance } from '../chance.ts';
import { demoIdentityOf } from '../identity.ts';
import { at, DEMO_SYSTEM, type DemoStep, office, thirdParty, workday } from '../step.ts';
import { demoProblemOf, EARLIER_OBJECTS, personName, topicOf } from '../texts.ts';

const MUNICIPAL = '天津市市场监督管理委员会';
const SUPERVISORY = '市市场监管委机关纪委';
const digest = (text: string): string => hash('sha256', text);

/** What the experts of the bank are called, by their ids. */
export type ExpertNames = ReadonlyMap<string, string>;

/** The regulation, the people, the bodies, the third party, the experts and the earlier results. */
export function foundationSteps(
  earlier: readonly EarlierResult[],
  chance: Chance,
): { readonly steps: readonly DemoStep[]; readonly expertNames: ExpertNames } {
  const steps: DemoStep[] = [];
  const expertNames = new Map<string, string>();
  let minute = 0;
  const add = (who: Actor, command: string, label: string, input: object, date = '2024-01-04') => {
    minute += 1;
    steps.push({
      at: at(date, minute % 480, Math.floor(minute / 480)),
      label,
      thread: label,
      actor: who,
      command,
      input: () => input,
    });
  };
  const account = (
    accountId: string,
    role: Role,
    orgId: string,
    orgName: string,
    { by = office, name = personName(chance) } = {},
  ) =>
    add(by, 'RegisterAccount', accountStream(accountId as AccountId), {
      accountId,
      name,
      identity: demoIdentityOf(accountId),
      grant: { role, orgId, orgName },
    });
  account('msr.office', 'MSR', 'msr', MUNICIPAL, { by: DEMO_SYSTEM });
  account('sup.office', 'SUP', 'sup', SUPERVISORY, { by: DEMO_SYSTEM });
  account('sup.deputy', 'SUP', 'sup', SUPERVISORY, { by: DEMO_SYSTEM, name: '何静' });
  for (const officer of officers.slice(1)) account(officer, 'MSR', 'msr', MUNICIPAL);
  add(office, 'RegisterRegulation', 'regulation', {
    doc: REGULATION,
    title: '天津市质量攻关管理办法',
    publishedOn: '2024-01-03',
    indexNumber: '111200000001250229/2024-00001',
    recipients: ['各区人民政府', '市政府各委、办、局'],
    copiedTo: ['市委办公厅', '市人大常委会办公厅', '市政协办公厅', '市监委', '市高法院', '市检察院'],
    articles: ARTICLES.map(({ id, hash: textHash }) => ({ id, hash: textHash })),
  });
  add(office, 'IssueProgrammeRule', 'rule-review', {
    ruleId: 'project-review',
    title: '质量攻关项目立项审核工作规则',
    textHash: digest('project-review/1'),
    effectiveOn: '2024-01-08',
  });
  for (const body of demoBodies) {
    add(office, 'RegisterRecommendingBody', `body-${body.bodyId}`, {
      bodyId: body.bodyId,
      kind: body.kind,
      name: body.name,
      from: '2024-01-01',
    });
    add(office, 'AssignJurisdiction', `jurisdiction-${body.bodyId}`, {
      bodyId: body.bodyId,
      jurisdiction: body.jurisdiction,
      from: '2024-01-01',
    });
    account(body.accountId, body.role, body.bodyId, body.name);
  }
  const evidence = { sha256: digest('capability'), name: '第三方机构能力核验表.pdf', classification: 'internal' };
  const { entrustmentId, name } = THIRD_PARTY;
  const organisation = '12120000401360005';
  const uscc = `${organisation}${creditCodeCheckSymbol(organisation)}`;
  add(office, 'VerifyThirdPartyCapability', 'capability', {
    entrustmentId,
    uscc,
    name,
    findings: '具备会务、数据录入与统计的人员和场地，三年内无不良记录。',
    evidence: [evidence],
  });
  add(office, 'EntrustThirdParty', 'entrustment', {
    entrustmentId,
    uscc,
    name,
    scope: [...CLERICAL_COMMANDS],
    from: '2024-01-04',
    lastDay: '2027-12-31',
    noFeeClause: true,
    contractHash: digest('contract-2024'),
  });
  account(THIRD_PARTY.accountId, 'TPO', entrustmentId, name);
  add(office, 'IssueExpertBankRules', 'expert-rules', {
    title: '质量攻关技术评定专家库管理办法',
    textHash: digest('expert-bank/1'),
    effectiveOn: '2024-01-04',
    reviewEveryMonths: 12,
  });
  for (const expertId of EXPERTS) {
    const name = personName(chance);
    expertNames.set(expertId, name);
    add(
      office,
      'AdmitExpert',
      `expert-${expertId}`,
      {
        expertId,
        name,
        identity: demoIdentityOf(expertId),
        fields: chance.some(['质量管理', '统计技术', '机械', '建筑', '医疗', '信息', '能源', '化工'], 2),
        professionalTitle: chance.pick(['教授级高级工程师', '高级工程师', '教授', '副教授', '研究员']),
        employerName: chance.pick(['天津大学', '南开大学', '天津理工大学', '天津市质量协会', '中国汽车技术研究中心']),
      },
      '2024-01-09',
    );
  }
  for (const result of earlier)
    add(office, 'RecordEarlierExcellentResult', `earlier-${result.resultId}`, result, '2024-01-11');
  add(
    office,
    'RecordCoordinationAction',
    'coordination-1',
    {
      actionId: 'chains-2024',
      title: '产业链质量攻关试点对接会',
      detail: '围绕电动自行车、焊材、光伏、车用燃料四条产业链部署联合攻关。',
      heldOn: '2024-01-12',
      parties: [
        { role: 'MSR', name: MUNICIPAL },
        { role: 'REC-I', name: '市工业和信息化局' },
        { role: 'REC-A', name: '天津市自行车电动车行业协会' },
      ],
    },
    '2024-01-15',
  );
  const exemplars = {
    'er-2023-001': '做法已在多个标段推广，形成工法并纳入企业标准。',
    'er-2023-002': '经同行业现场观摩，可复制。',
  };
  for (const [index, [resultId, grounds]] of Object.entries(exemplars).entries())
    add(office, 'DesignateExemplar', `exemplar-${index + 1}`, { resultId, field: '建筑施工', grounds }, '2024-01-15');
  return { steps, expertNames };
}

export type EarlierResult = ReturnType<typeof earlierResult>;

/** The n-th of the earlier results; they are spread over five years. */
export function earlierResult(n: number, chance: Chance) {
  const topic = topicOf(chance.pick(Object.keys(EARLIER_OBJECTS)), chance, EARLIER_OBJECTS);
  const year = 2023 - ((n - 1) % 5);
  const unitName = `天津${chance.pick(['第一', '第二', '第三', '中环', '津南', '滨海'])}${chance.pick(['建设', '机电', '医药', '交通', '水务'])}集团有限公司`;
  return {
    resultId: `er-${year}-${String(Math.ceil(n / 5)).padStart(3, '0')}`,
    year,
    title: topic.title,
    unitName,
    ...demoProblemOf(topic, unitName, chance),
    source: { document: `关于公布${year}年度天津市质量攻关优秀成果的通知` },
  };
}

/** Units register with the third party's help, which also looks them up in the public register. */
export function register(units: readonly DemoUnit[], chance: Chance): DemoStep[] {
  return units.flatMap((unit, index) => {
    const day = workday('2024-01-16', Math.floor(index / 60));
    const minute = index % 60;
    const thread = `unit-${unit.uscc}`;
    const { uscc, name, kind, district, industry, isBranch, contact, accountId } = unit;
    const step = (who: Actor, command: string, offset: number, input: object): DemoStep => ({
      at: at(day, minute + offset),
      label: `${command}-${uscc}`,
      thread,
      actor: who,
      command,
      input: () => input,
    });
    return [
      step(thirdParty, 'RegisterUnit', 0, { uscc, name, kind, district, industries: [industry], isBranch, contact }),
      step(thirdParty, 'VerifyUnitRegistration', 90, {
        uscc,
        source: '国家企业信用信息公示系统',
        verifiedOn: day,
        inTianjin: true,
        evidence: [],
      }),
      step(office, 'RegisterAccount', 300, {
        accountId,
        name: personName(chance),
        identity: demoIdentityOf(accountId),
        grant: { role: 'UNIT', orgId: uscc, orgName: name, from: day },
      }),
    ];
  });
}
