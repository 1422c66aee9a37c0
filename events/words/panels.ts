/** What panels are called whose ids carry a name instead of a number: the usual names, by what they judge or in which order. */
const NAMES: Readonly<Record<string, string>> = {
  comprehensive: '综合',
  technical: '技术类',
  service: '服务类',
  management: '管理类',
  manufacturing: '制造类',
  equipment: '装备类',
  engineering: '工程类',
  first: '第一组',
  second: '第二组',
  third: '第三组',
};

/** The Chinese word of a name; a name that has none stands as it was given. */
export const panelWord = (name: string): string => NAMES[name] ?? name;
