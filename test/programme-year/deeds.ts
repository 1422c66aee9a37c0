/** What people do over and over in a year: sign others up, apply, verify, assess, approve. */
import { ARTICLES, REGULATION } from '../../events/statute.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import {
  BODIES,
  contentOf,
  MUNICIPAL,
  OFFICE,
  officerOf,
  PUBLISHER,
  REVIEWER,
  SECOND_REVIEWER,
  type Unit,
  type Work,
  YEAR,
} from './cast.ts';
import type { Accepted, Client } from './client.ts';

interface Person {
  readonly accountId: string;
  readonly name: string;
  readonly role: string;
  readonly orgId: string;
}

export const publication = (document: string) => `https://scjg.tj.gov.cn/zlgg/2024/${document}.html`;

export class Deeds {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The office registers a person, who sets a first password with the code that he is handed. */
  async signUp({ accountId, name, role, orgId }: Person, orgName: string): Promise<void> {
    const office = this.#client.as(OFFICE);
    // An expert acts for himself: he is known by the number under which he was admitted.
    const identity = demoIdentityOf(role === 'EXPERT' ? orgId : accountId);
    await office.post('/accounts', { accountId, name, identity, grant: { role, orgId, orgName } });
    await this.resetPassword(accountId, '首次启用。');
  }

  /** Of an account that counts in a rule of two persons another officer confirms it, and is given the code. */
  async resetPassword(accountId: string, reason: string): Promise<void> {
    const place = `/accounts/${accountId}/credential-reset`;
    const { code } = await this.#client.as(OFFICE).post(place, { reason });
    const given = code ?? (await this.#client.as(REVIEWER).post(`${place}/confirmation`)).code;
    await this.#client.public.setPassword(accountId, given ?? '');
  }

  /** Registers the regulation, the authority's other people, and the bodies. */
  async found(): Promise<void> {
    const office = this.#client.as(OFFICE);
    await office.post('/regulations', {
      doc: REGULATION,
      title: '天津市质量攻关管理办法',
      publishedOn: '2024-01-03',
      indexNumber: '111200000001250229/2024-00001',
      recipients: ['各区人民政府', '市政府各委、办、局'],
      copiedTo: ['市监委'],
      articles: ARTICLES.map(({ id, hash }) => ({ id, hash })),
    });
    for (const founder of [OFFICE, REVIEWER]) await this.#undertake(founder);
    const names = { [SECOND_REVIEWER]: '孙立', [PUBLISHER]: '陈静' };
    for (const [accountId, name] of Object.entries(names)) {
      await this.signUp({ accountId, name, role: 'MSR', orgId: 'msr' }, MUNICIPAL);
      if (accountId !== SECOND_REVIEWER) await this.#undertake(accountId);
    }
    for (const { bodyId, kind, role, name, officer, jurisdiction } of BODIES) {
      await office.post('/bodies', { bodyId, kind, name, from: '2024-01-01' });
      await office.post(`/bodies/${bodyId}/jurisdictions`, { jurisdiction, from: '2024-01-01' });
      await this.signUp({ accountId: officerOf(bodyId), name: officer, role, orgId: bodyId }, name);
      await this.#undertake(officerOf(bodyId));
    }
  }

  /** Secrecy, before any material is opened (art-26). */
  async #undertake(accountId: string): Promise<void> {
    await this.#client.as(accountId).post('/confidentiality-undertakings');
  }

  async registerUnit(by: string, unit: Unit, inTianjin = true): Promise<void> {
    const { account, ...facts } = unit;
    const contact = { name: `${unit.name.slice(2, 4)}联系人`, phone: '022-23456789' };
    await this.#client.as(by).post('/units', { ...facts, contact });
    await this.#client.as(by).post(`/units/${unit.uscc}/registration-check`, {
      source: '国家企业信用信息公示系统',
      verifiedOn: '2024-01-16',
      inTianjin,
      evidence: [],
    });
    await this.signUp({ accountId: account, name: '申报人', role: 'UNIT', orgId: unit.uscc }, unit.name);
  }

  /** A decision from outside the system, entered with its document by one person and confirmed by another (D-49). */
  async excludeFromOutside(uscc: string, decision: string, from: string): Promise<void> {
    const evidence = await this.evidence(OFFICE, `处理决定-${uscc}`);
    const entry = { decision, authority: '天津市市场监督管理局', from, evidence };
    await this.#client.as(OFFICE).post(`/units/${uscc}/ban`, entry);
    await this.#client.as(REVIEWER).post(`/units/${uscc}/ban/confirmation`, { decision, from });
  }

  /** The end of such an exclusion, by two persons too. */
  async liftFromOutside(uscc: string, decision: string, from: string): Promise<void> {
    const evidence = await this.evidence(OFFICE, `撤销决定-${uscc}`);
    const entry = { decision, from, reason: '原决定被撤销。', evidence };
    await this.#client.as(OFFICE).post(`/units/${uscc}/ban/lifting`, entry);
    await this.#client.as(REVIEWER).post(`/units/${uscc}/ban/lifting/confirmation`, { decision, from });
  }

  async evidence(by: string, name: string) {
    const sha256 = await this.#client.as(by).upload(`${name}\n${by}\n`);
    return [{ sha256, name: `${name}.txt`, classification: 'internal' }];
  }

  /** A draft, ready to be submitted unless more is wanted. */
  async draft(unit: Unit, work: Work, bodyId: string, industry = unit.industries[0]): Promise<string> {
    const { id } = await this.#client
      .as(unit.account)
      .post('/projects', { year: YEAR, title: work.title, industry, bodyId });
    return id;
  }

  async attach(unit: Unit, projectId: string, kind: string): Promise<string> {
    const applicant = this.#client.as(unit.account);
    const sha256 = await applicant.upload(`${kind}\n${projectId}\n`);
    const document = { kind, name: `${kind}.txt`, sha256, classification: 'internal' };
    await applicant.post(`/projects/${projectId}/documents`, document);
    return sha256;
  }

  async complete(unit: Unit, projectId: string): Promise<void> {
    for (const kind of ['可行性分析', '预期成效', '证明材料']) await this.attach(unit, projectId, kind);
    await this.sign(unit, projectId);
  }

  async sign(unit: Unit, projectId: string): Promise<void> {
    const signature = { signatory: '法人代表', position: '法定代表人' };
    await this.#client.as(unit.account).post(`/projects/${projectId}/undertaking`, signature);
  }

  submit(unit: Unit, projectId: string, work: Work, remark = ''): Promise<Accepted> {
    const content = contentOf(work, remark);
    return this.#client.as(unit.account).post(`/projects/${projectId}/submission`, { content });
  }

  async apply(unit: Unit, work: Work, bodyId: string, industry = unit.industries[0]): Promise<string> {
    const projectId = await this.draft(unit, work, bodyId, industry);
    await this.complete(unit, projectId);
    await this.submit(unit, projectId, work);
    return projectId;
  }

  /** Both checks of art-12; the body that is addressed makes them. */
  async verify(bodyId: string, projectId: string, truthful = true): Promise<void> {
    const by = officerOf(bodyId);
    const officer = this.#client.as(by);
    await officer.post(`/projects/${projectId}/verification`);
    await officer.post(`/projects/${projectId}/completeness-check`, {
      passed: true,
      findings: '材料齐全，要素完整。',
      evidence: await this.evidence(by, `完整性核实记录-${projectId}`),
    });
    await officer.post(`/projects/${projectId}/truthfulness-check`, {
      passed: truthful,
      method: '现场核查',
      findings: truthful ? '抽查原始记录与申报数据一致。' : '申报数据与原始记录不一致。',
      evidence: await this.evidence(by, `真实性核实记录-${projectId}`),
    });
  }

  async recommend(bodyId: string, projectId: string): Promise<void> {
    await this.verify(bodyId, projectId);
    const opinion = { opinion: '选题针对性强，数据扎实，同意推荐。' };
    await this.#client.as(officerOf(bodyId)).post(`/projects/${projectId}/recommendation`, opinion);
  }

  /** All that eligibility rests on, short of the conclusion. */
  async assess(reviewer: string, projectId: string, marked = true): Promise<void> {
    const person = this.#client.as(reviewer);
    await person.post(`/projects/${projectId}/similarity-check`);
    await person.post(`/projects/${projectId}/definition-assessment`, {
      conforms: true,
      reason: '针对具体质量问题，方法和程序科学。',
    });
    await person.post(`/projects/${projectId}/effect-assessment`, {
      marked,
      reason: marked ? '目标量化，较现状有明显提升。' : '目标与现状差距不足。',
    });
  }

  async findEligible(reviewer: string, projectId: string): Promise<void> {
    await this.assess(reviewer, projectId);
    await this.#client.as(reviewer).post(`/projects/${projectId}/eligibility`);
  }

  async approve(reviewer: string, projectId: string): Promise<void> {
    const person = this.#client.as(reviewer);
    await person.post(`/projects/${projectId}/municipal-review`);
    await person.post(`/projects/${projectId}/approval`, { opinion: '符合立项条件，同意列入年度项目计划。' });
  }

  async reject(reviewer: string, projectId: string, reason: string): Promise<void> {
    const person = this.#client.as(reviewer);
    await person.post(`/projects/${projectId}/municipal-review`);
    await person.post(`/projects/${projectId}/rejection`, { reason });
  }
}
