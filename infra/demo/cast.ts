/** Who takes part in the demo year: bodies, units, accounts. */
import { hash } from 'node:crypto';
import { creditCodeCheckSymbol } from '../../events/ids.ts';
import { drawOrder } from '../../events/rules/draw.ts';
import type { Chance } from './chance.ts';
import { personName, SURNAMES } from './texts.ts';
import tianjin from './tianjin.json' with { type: 'json' };

export interface Body {
  readonly bodyId: string;
  readonly name: string;
  readonly kind: 'district-bureau' | 'industry-authority' | 'association';
  readonly role: 'REC-D' | 'REC-I' | 'REC-A';
  readonly jurisdiction: { readonly district: string } | { readonly industry: string };
  readonly accountId: string;
}

export interface DemoUnit {
  readonly uscc: string;
  readonly name: string;
  readonly kind: '企业' | '事业单位';
  readonly district: string;
  readonly industry: string;
  readonly isBranch: boolean;
  readonly contact: { readonly name: string; readonly phone: string };
  readonly accountId: string;
}

/** Industries in the order of the authorities they belong to. */
const INDUSTRIES = [
  '工业',
  '建筑',
  '交通',
  '卫生',
  '商贸',
  '文旅',
  '城市管理',
  '水务',
  '农业',
  '教育',
  '科技',
  '民政',
  '国资',
  '邮政',
  '通信',
  '药品',
  '生态环境',
] as const;

/** Associations are in charge of industries that an authority covers too: an applicant chooses one body (D-6). */
const ASSOCIATION_INDUSTRIES = ['质量服务', '建筑', '电力', '汽车', '工业', '药品'] as const;

export const demoBodies: readonly Body[] = [
  ...tianjin.districts.map(({ code, recommendingBody }) => ({
    bodyId: `d-${code}`,
    name: recommendingBody,
    kind: 'district-bureau' as const,
    role: 'REC-D' as const,
    jurisdiction: { district: code },
    accountId: `rec.${code}`,
  })),
  ...tianjin.industryAuthorities.map((name, at) => ({
    bodyId: `i-${String(at + 1).padStart(2, '0')}`,
    name,
    kind: 'industry-authority' as const,
    role: 'REC-I' as const,
    jurisdiction: { industry: INDUSTRIES[at] as string },
    accountId: `rec.i${String(at + 1).padStart(2, '0')}`,
  })),
  ...tianjin.associations.map(({ name }, at) => ({
    bodyId: `a-${String(at + 1).padStart(2, '0')}`,
    name,
    kind: 'association' as const,
    role: 'REC-A' as const,
    jurisdiction: { industry: ASSOCIATION_INDUSTRIES[at] as string },
    accountId: `rec.a${String(at + 1).padStart(2, '0')}`,
  })),
];

export const THIRD_PARTY = {
  entrustmentId: 'service-2024',
  accountId: 'tpo.service',
  name: '天津市质量服务中心（示例）',
};

/** The expert bank. */
export const EXPERTS: readonly string[] = Array.from({ length: 60 }, (_, at) => `e-${String(at + 1).padStart(3, '0')}`);

/** The account of an expert of the demo. */
export const expertAccount = (expertId: string): string => `expert.${expertId}`;

/** How a panel is drawn, and the results of which industries are before it. */
export interface PanelDraw {
  readonly panelId: string;
  readonly industries: readonly string[];
  readonly seed: string;
  readonly beacon: { readonly source: string; readonly round: string; readonly publishedAt: string };
  readonly beaconValue: string;
}

const BEACON = {
  beacon: { source: '中国福利彩票双色球', round: '第2024128期', publishedAt: '2024-11-05T13:15:00.000Z' },
  beaconValue: '03 07 11 18 25 31 + 09',
};
const TECHNICAL: readonly string[] = ['工业', '建筑', '交通', '水务', '农业', '国资', '通信', '药品', '生态环境'];

export const PANELS: readonly [PanelDraw, PanelDraw] = [
  { panelId: '2024-technical', industries: TECHNICAL, seed: '技术类评定组抽签种子', ...BEACON },
  {
    panelId: '2024-service',
    industries: INDUSTRIES.filter(industry => !TECHNICAL.includes(industry)),
    seed: '服务类评定组抽签种子',
    ...BEACON,
  },
];

/** The panel of the newest year, which is scoring. */
export const OPEN_PANEL: PanelDraw = {
  panelId: '2026-first',
  industries: INDUSTRIES,
  seed: '2026年第一技术评定组抽签种子2',
  beacon: { source: '中国福利彩票双色球', round: '第2026065期', publishedAt: '2026-06-07T13:15:00.000Z' },
  beaconValue: '02 09 14 20 27 33 + 05',
};

const MEMBERS = 7;

/** Whom the draw picks: all experts of the bank are active. */
export const membersOf = (draw: PanelDraw): readonly string[] => orderOf(draw).slice(0, MEMBERS);

/** Who takes the place of the first member that falls out. */
export const reserveOf = (draw: PanelDraw): string => orderOf(draw)[MEMBERS] as string;

const orderOf = (draw: PanelDraw) => drawOrder(EXPERTS, draw, text => hash('sha256', text));

/** People of the municipal authority; publishing is done by another person than approving. */
export const officers = ['msr.office', 'msr.review1', 'msr.review2', 'msr.review3', 'msr.publish'] as const;

export interface DemoAccount {
  readonly accountId: string;
  /** The page on which his work begins. */
  readonly opens: '/supervision' | '/work' | '/panel-duties';
  readonly purpose: string;
}

/** Accounts with a password in the demo, and what each is for. */
export const demoAccounts: readonly DemoAccount[] = [
  { accountId: 'msr.office', opens: '/work', purpose: '市市场监管委 · 综合 (municipal authority)' },
  { accountId: 'msr.review1', opens: '/work', purpose: '市市场监管委 · 立项审核 (municipal review)' },
  { accountId: 'msr.publish', opens: '/work', purpose: '市市场监管委 · 公布 (publication)' },
  { accountId: 'rec.120103', opens: '/work', purpose: '河西区市场监督管理局 · 推荐单位 (recommending body)' },
  { accountId: 'rec.i02', opens: '/work', purpose: '市住房和城乡建设委员会 · 推荐单位 (industry authority)' },
  { accountId: 'rec.a02', opens: '/work', purpose: '天津市建筑行业协会 · 推荐单位 (association)' },
  { accountId: 'unit.0001', opens: '/work', purpose: '申报单位 (applicant unit)' },
  {
    accountId: expertAccount(membersOf(PANELS[0])[1] as string),
    opens: '/panel-duties',
    purpose: '技术评定组专家 (member of an evaluation panel)',
  },
  { accountId: 'tpo.service', opens: '/work', purpose: '第三方机构 · 事务性工作 (third party)' },
  { accountId: 'sup.office', opens: '/supervision', purpose: '监督人员 (supervisor)' },
  {
    accountId: 'sup.deputy',
    opens: '/supervision',
    purpose: '另一监督人员 · 复核 (second supervisor, for what needs two)',
  },
];

const UNIT_WORDS = [
  '海河',
  '津门',
  '滨海',
  '北辰',
  '盘龙',
  '渤海',
  '天塔',
  '静园',
  '蓟东',
  '运河',
  '津沽',
  '华苑',
  '泰达',
  '杨柳青',
  '大港',
  '汉沽',
] as const;
const UNIT_TRADES: Readonly<Record<string, string>> = {
  工业: '装备制造',
  建筑: '建设工程',
  交通: '交通发展',
  卫生: '医院',
  商贸: '商贸',
  文旅: '文化旅游',
  城市管理: '城市服务',
  水务: '水务',
  农业: '农业科技',
  教育: '职业学院',
  科技: '检测技术',
  民政: '养老服务',
  国资: '能源化工',
  邮政: '速递物流',
  通信: '通信技术',
  药品: '制药',
  生态环境: '环境工程',
};
const PUBLIC_INSTITUTIONS = ['卫生', '教育'];

/** So many units with names, codes and people of their own; the same for the same chance. */
export function castUnits(count: number, chance: Chance): readonly DemoUnit[] {
  const names = new Set<string>();
  return Array.from({ length: count }, (_, at) => {
    const industry = chance.pick(INDUSTRIES);
    const district = chance.pick(tianjin.districts);
    const isPublic = PUBLIC_INSTITUTIONS.includes(industry);
    const surname = chance.pick([...SURNAMES]);
    let name: string;
    do {
      const stem = `天津${chance.pick(UNIT_WORDS)}${chance.pick(['', '新', '华', '瑞', '中', '恒'])}${chance.pick(['', '达', '信', '源', '兴', '泰', '安', '康'])}${UNIT_TRADES[industry]}`;
      name = isPublic ? stem : `${stem}${chance.pick(['有限公司', '股份有限公司', '集团有限公司'])}`;
    } while (names.has(name) && names.size < 20_000 && chance.next() < 0.999);
    names.add(name);
    return {
      uscc: creditCode(isPublic ? '12' : '91', district.code, chance),
      name,
      kind: isPublic ? '事业单位' : '企业',
      district: district.code,
      industry,
      isBranch: chance.next() < 0.02,
      contact: { name: surname + personName(chance).slice(1), phone: `022-${chance.between(20_000_000, 89_999_999)}` },
      accountId: `unit.${String(at + 1).padStart(4, '0')}`,
    };
  });
}

const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** A code that passes both checks: GB 32100 of the whole and GB 11714 of the organisation part. */
function creditCode(authority: string, district: string, chance: Chance): string {
  const digits = Array.from({ length: 8 }, () => chance.between(0, 9));
  const sum = digits.reduce((total, digit, at) => total + digit * (ORGANISATION_WEIGHTS[at] as number), 0);
  const check = 11 - (sum % 11);
  const first = `${authority}${district}${digits.join('')}${check === 10 ? 'X' : check === 11 ? '0' : check}`;
  return first + creditCodeCheckSymbol(first);
}
