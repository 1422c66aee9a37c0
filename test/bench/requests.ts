/** The requests of a load, by name; every one that changes something is another than the last. */
import { creditCodeCheckSymbol } from '../../events/ids.ts';
import { BASE } from '../../infra/http/endpoint.ts';

export interface Load {
  readonly url: string;
  readonly token?: string;
  readonly requests: RequestName;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second of all connections together; as many as possible when left out. */
  readonly rate?: number;
  /** Credit codes of units that are registered. */
  readonly units?: readonly string[];
}

type RequestName = 'rule' | 'ruleInMemory' | 'organisingWork' | 'registrationCheck' | 'newUnit' | 'mixed';

export interface Prepared {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

const RULE = '/rules/project-review';

/** The n-th request of a run. `run` is different in every run against the same server. */
export type Make = (load: Pick<Load, 'units'> & { readonly run: number }, n: number) => Prepared;

export const requests: Readonly<Record<RequestName, Make>> = {
  /** A row by its id, for the public. */
  rule: () => ({ method: 'GET', path: `${BASE}${RULE}` }),
  /** The same from memory, which only Express as documented offers. */
  ruleInMemory: () => ({ method: 'GET', path: `/memory${RULE}` }),
  /** One stream for all writers. */
  organisingWork: ({ run }, n) => ({
    method: 'POST',
    path: `${BASE}/organising-work`,
    body: JSON.stringify({ kind: '联络协调', detail: `${run}-${n} ${'与各推荐单位核对本周进度。'.repeat(5)}` }),
  }),
  /** As many streams as there are units. */
  registrationCheck: ({ run, units = [] }, n) => ({
    method: 'POST',
    path: `${BASE}/units/${units[n % units.length]}/registration-check`,
    body: JSON.stringify({
      source: `国家企业信用信息公示系统（查询编号 ${run}-${n}），与申报系统登记信息逐项比对`,
      verifiedOn: '2024-03-01',
      inTianjin: true,
      evidence: [],
    }),
  }),
  /** A new stream, and a new person with a key of his own, every time. */
  newUnit: ({ run }, n) => ({
    method: 'POST',
    path: `${BASE}/units`,
    body: JSON.stringify({
      uscc: creditCode(run, n),
      name: `天津海河装备制造第${run}-${n}有限公司`,
      kind: '企业',
      district: '120103',
      industries: ['工业'],
      isBranch: false,
      contact: { name: `王${n}`, phone: '022-23456789' },
    }),
  }),
  /** What a working day brings: mostly acts on what is there, some of it new. */
  mixed: (load, n) => {
    if (n % 10 === 0) return requests.newUnit(load, n);
    return n % 10 === 5 ? requests.organisingWork(load, n) : requests.registrationCheck(load, n);
  },
};

function creditCode(run: number, n: number): string {
  const first = `91${String(run % 1e7).padStart(7, '0')}${String(n).padStart(8, '0')}`;
  return first + creditCodeCheckSymbol(first);
}
