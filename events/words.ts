/** What codes are called among people: roles and districts. */
import type { Role } from './envelope.ts';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  MSR: '市市场监督管理部门',
  'REC-I': '市级行业主管部门',
  'REC-A': '行业协会',
  'REC-D': '区市场监督管理部门',
  UNIT: '申报单位',
  TPO: '第三方机构',
  EXPERT: '评定专家',
  SUP: '监督机构',
  SYS: '系统',
};

/** The sixteen districts by their GB/T 2260 code. */
const DISTRICT_WORDS: Readonly<Record<string, string>> = {
  120101: '和平区',
  120102: '河东区',
  120103: '河西区',
  120104: '南开区',
  120105: '河北区',
  120106: '红桥区',
  120110: '东丽区',
  120111: '西青区',
  120112: '津南区',
  120113: '北辰区',
  120114: '武清区',
  120115: '宝坻区',
  120116: '滨海新区',
  120117: '宁河区',
  120118: '静海区',
  120119: '蓟州区',
};

/** The name of a district; one that is not known keeps its code. */
export function districtWord(code: string): string {
  return DISTRICT_WORDS[code] ?? `区划 ${code}`;
}
