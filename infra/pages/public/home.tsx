/** 公开信息: what is open, what was published. */
import { NO_INPUT, page } from '../page.ts';
import { count, minute } from '../parts/format.ts';

interface Programme {
  readonly year: number;
  readonly title: string;
  readonly workPlan?: { readonly version: number; readonly publishedAt: string };
  readonly window?: { readonly opensAt: string; readonly closesOn: string; readonly closedAt?: string };
  readonly projectPlan?: { readonly version: number; readonly count: number; readonly publishedAt: string };
  readonly excellentResults?: { readonly count: number; readonly publishedAt: string };
}

const OTHERS = [
  ['/results', '历年优秀成果', '可查找、可下载'],
  ['/certificates', '证书查验', '输入编号或者扫描证书上的二维码'],
  ['/revocations', '撤销认定通报', '因弄虚作假撤销的认定和处理决定'],
  ['/bans', '不受理申报名单', '今天仍在不受理期内的单位'],
  ['/promotion', '宣传推广', '典型、活动、激励制度和协同配合'],
  ['/bodies', '推荐单位', '各自负责的行业或者区'],
  ['/statute', '办法条文', '逐条的文本、义务和依据它的行为'],
  ['/rules', '制度规范', '依据办法制定的制度'],
  ['/holidays', '放假安排通知', '工作日据此计算'],
  ['/catalogue/events', '事件目录', '供其他系统对接：每种事件的含义、依据和公开范围'],
  ['/reporting', '报表数据字典', '供报表软件读取：各表、各列和取值的含义'],
  ['/proof', '怎样核验台账', '不必相信我们，可以自己核验'],
] as const;

export const homePage = page({
  path: '/',
  name: 'ShowHome',
  title: '攻关台账',
  access: 'public',
  input: NO_INPUT,
  load: (_input, { ask }) => ask<{ items: Programme[] }>('ListProgrammes', { limit: 20 }),
  view: ({ data: { items }, now }) => (
    <>
      <h1>天津市质量攻关活动公开信息</h1>
      <p class="lead">工作方案、项目计划、优秀成果和处理决定，都由台账中的事件得出，逐项可查、可核验。</p>
      {items.length === 0 && <p class="none">尚未启动任何年度的活动。</p>}
      {items.map(programme => (
        <Year programme={programme} now={now} />
      ))}
      <h2>其他公开信息</h2>
      <ul class="cards">
        {OTHERS.map(([href, label, says]) => (
          <li>
            <a href={href}>{label}</a>
            <small>{says}</small>
          </li>
        ))}
      </ul>
    </>
  ),
});

function Year({ programme, now }: { readonly programme: Programme; readonly now: string }) {
  const { year, title, workPlan, window, projectPlan } = programme;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="cards">
        {workPlan && (
          <li>
            <a href={`/years/${year}/work-plan`}>工作方案</a>
            <strong>第{workPlan.version}版</strong>
            <small>{minute(workPlan.publishedAt)} 公布</small>
          </li>
        )}
        {window && (
          <li>
            项目申报
            <strong>{stateOf(window, now)}</strong>
            <small>
              {minute(window.opensAt).slice(0, 10)} 至 {window.closesOn}
            </small>
          </li>
        )}
        {projectPlan && (
          <li>
            <a href={`/years/${year}/plan`}>项目计划</a>
            <strong>{count(projectPlan.count)} 项</strong>
            <small>{minute(projectPlan.publishedAt)} 公布</small>
          </li>
        )}
        <li>
          <a href={`/years/${year}/excellent`}>优秀成果</a>
          <small>认定、通报表扬和证书</small>
        </li>
        <li>
          <a href={`/years/${year}/evaluation`}>评定标准和公示</a>
          <small>评定依据、公示、不收费声明</small>
        </li>
        <li>
          <a href={`/years/${year}/deadlines`}>期限日历</a>
          <small>工作方案规定的各项期限和完成情况</small>
        </li>
      </ul>
    </section>
  );
}

function stateOf({ opensAt, closedAt }: NonNullable<Programme['window']>, now: string): string {
  if (opensAt > now) return '尚未开始';
  return closedAt !== undefined && closedAt <= now ? '已截止' : '正在受理';
}
