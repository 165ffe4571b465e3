import {
  BASE_STATUSES,
  CERTIFICATE_KINDS,
  type CertificateKind,
  type Day,
  EVENT_TYPES,
} from '../../shared/domain/model';
import { addYears, yearOf } from '../../shared/kernel/day';
import type { Company } from './companies';
import type { Person } from './people';
import { logistic, type Random } from './random';
import type { KindRules, TrainingBody, World } from './world';

/** Whose certificate it is, and what shapes its life. */
export interface CareerSetting {
  readonly world: World;
  readonly random: Random;
  readonly company: Company;
  readonly person: Person;
  readonly kind: CertificateKind;
  readonly category: number | undefined;
  readonly body: TrainingBody;
  readonly rules: KindRules;
}

/** Events that a slice carries. */
const EVENT_YEARS = 6;
/** Shares of certificates with such a fate. */
const FATES = {
  suspended: 0.004,
  revoked: 0.003,
  withdrawn: 0.001,
  cancelled: 0.003,
  corrected: 0.01,
  moved: 0.006,
} as const;
const RENEWAL_BASE = 1.9;

const REASONS: Readonly<Record<string, readonly string[]>> = {
  suspended: ['发生生产安全事故，调查期间暂停', '未按规定参加继续教育', '违章作业，限期整改'],
  revoked: ['违章指挥造成生产安全责任事故', '特种作业人员违章作业造成事故', '伪造培训记录'],
  withdrawn: ['以欺骗手段取得', '考核机构超越职权核发'],
  cancelled: ['本人申请注销', '持证人死亡', '年龄超过从业规定'],
};

/** Runs one certificate from its first issue to today. */
export class CareerRun {
  readonly events: Record<string, unknown>[] = [];
  readonly trainings: Record<string, unknown>[] = [];
  readonly exams: Record<string, unknown>[] = [];
  private readonly horizon: Day;
  private seq = 0;
  private validFrom: Day = 0;
  private validTo: Day = 0;
  private reviewDue: Day | undefined;
  private reviewDone: Day | undefined;
  /** Late so far, in logits: who was late will be again. */
  private lateness = 0;
  private status: Record<string, unknown> = { baseStatus: BASE_STATUSES.valid };
  private readonly riskIndex: 0 | 1;

  constructor(
    private readonly at: CareerSetting,
    private readonly issuer: number,
  ) {
    this.horizon = addYears(at.world.today, -EVENT_YEARS);
    this.riskIndex = at.world.highRisk.has(at.company.industry) ? 1 : 0;
  }

  run(firstIssue: Day): void {
    this.prepare(firstIssue);
    this.begin(firstIssue);
    this.event('issued', firstIssue, { validTo: this.validTo, ...this.due() });
    while (this.goOn()) {
      // Each turn is one period that was renewed.
    }
    this.annual(firstIssue);
    this.fate();
  }

  facts(): Record<string, unknown> {
    const { validFrom, validTo, reviewDone, status } = this;
    return {
      validFrom,
      validTo,
      ...this.due(),
      ...(reviewDone === undefined ? {} : { reviewDone }),
      ...status,
    };
  }

  private due(): { reviewDue?: Day } {
    return this.reviewDue === undefined ? {} : { reviewDue: this.reviewDue };
  }

  private begin(day: Day): void {
    const { validityYears, reviewYears } = this.at.rules;
    this.validFrom = day;
    this.validTo = addYears(day, validityYears) - 1;
    this.reviewDue = reviewYears === undefined ? undefined : addYears(day, reviewYears) - 1;
    this.reviewDone = undefined;
  }

  /** Probability that what is due is done: company, trade, body, person, what went before. */
  private willAct(base: number): boolean {
    const { company, body, person, random } = this.at;
    const size = 0.28 * Math.log(company.headcount / 60);
    return random.chance(
      logistic(
        base +
          size +
          company.trade.renewal +
          0.4 * body.quality +
          0.5 * person.diligence -
          this.lateness +
          0.35 * random.normal(),
      ),
    );
  }

  /** Days before (negative) or after the due day on which it was done. */
  private delay(): number {
    const { random } = this.at;
    const isLate = random.chance(logistic(-2.3 + this.lateness - 0.5 * this.at.person.diligence));
    this.lateness = 0.5 * this.lateness + (isLate ? 0.9 : 0);
    return isLate ? random.int(1, 75) : -random.int(0, 58);
  }

  /** Review and end of the present period; false when nothing more happens until today. */
  private goOn(): boolean {
    const { world } = this.at;
    if (
      this.reviewDue !== undefined &&
      this.reviewDone === undefined &&
      this.reviewDue - 60 <= world.today
    )
      this.review(this.reviewDue);
    if (this.validTo - 60 > world.today) return false;
    if (!this.willAct(RENEWAL_BASE)) return false;
    const day = this.validTo + this.delay();
    if (day > world.today) return false;
    const from = Math.max(this.validTo + 1, day);
    this.course(2, day - this.at.random.int(3, 30));
    this.begin(from);
    this.event('renewed', day, { validTo: this.validTo, ...this.due() });
    return true;
  }

  private review(due: Day): void {
    if (!this.willAct(RENEWAL_BASE + 0.5)) return;
    const day = due + this.delay();
    if (day > this.at.world.today || day > this.validTo) return;
    this.course(3, day - this.at.random.int(2, 21));
    this.reviewDone = day;
    this.reviewDue = undefined;
    this.event('reviewed', day, {});
  }

  private event(type: keyof typeof EVENT_TYPES, day: Day, more: Record<string, unknown>): void {
    this.seq++;
    if (day < this.horizon) return;
    const { random, world } = this.at;
    const document = random.chance(0.3)
      ? { document: `${world.cityStem}应急〔${yearOf(day)}〕${random.int(1, 900)}号` }
      : {};
    this.events.push({
      seq: this.seq,
      type: EVENT_TYPES[type],
      day,
      by: this.issuer,
      ...document,
      ...more,
    });
  }

  private course(course: 1 | 2 | 3, day: Day): void {
    if (day < this.horizon) return;
    const { rules, body, random } = this.at;
    const required =
      course === 1
        ? rules.initialHours[this.riskIndex]
        : course === 2
          ? rules.annualHours[this.riskIndex] || 8
          : rules.reviewHours || 8;
    const hours = random.chance(0.93) ? required : Math.max(4, required - 4 * random.int(1, 3));
    this.trainings.push({ ...this.head(), course, hours, day, body: body.id });
  }

  private head(): Record<string, unknown> {
    const { kind, category } = this.at;
    return { kind: CERTIFICATE_KINDS[kind], ...(category === undefined ? {} : { category }) };
  }

  /** First course and the exams up to the one that was passed. */
  private prepare(firstIssue: Day): void {
    const { random, body, kind } = this.at;
    this.course(1, firstIssue - random.int(20, 70));
    const passProbability = logistic(1.3 + 0.6 * body.quality);
    const failures = random.chance(passProbability) ? 0 : random.chance(0.75) ? 1 : 2;
    for (let attempt = 1; attempt <= failures + 1; attempt++) {
      const day = firstIssue - 12 - 24 * (failures + 1 - attempt) - random.int(0, 4);
      if (day >= this.horizon)
        this.exam(day, attempt > failures, attempt, kind === 'special-operation');
    }
  }

  private exam(day: Day, isPassed: boolean, attempt: number, isPractical: boolean): void {
    const { random, body } = this.at;
    const theory = isPassed ? random.int(80, 100) : random.int(45, 79);
    const practice = isPractical
      ? { practice: isPassed ? random.int(80, 100) : random.int(50, 92) }
      : {};
    this.exams.push({
      ...this.head(),
      day,
      theory,
      ...practice,
      passed: isPassed ? 1 : 0,
      attempt,
      body: body.id,
    });
  }

  /** Yearly refreshers of managers, some of them missed. */
  private annual(firstIssue: Day): void {
    const { rules, random, world } = this.at;
    if (rules.annualHours[this.riskIndex] === 0) return;
    const from = Math.max(firstIssue + 300, this.horizon);
    for (
      let day = from + random.int(0, 60);
      day < Math.min(world.today, this.validTo);
      day += random.int(350, 380)
    ) {
      if (random.chance(0.62)) this.course(2, day);
    }
  }

  private fate(): void {
    const { random, world } = this.at;
    const last = Math.max(this.validFrom, this.horizon);
    if (last >= world.today) return;
    const day = random.int(last + 1, world.today);
    if (random.chance(FATES.corrected))
      this.event('corrected', day, {
        note: random.pick(['姓名用字更正', '工作单位变更', '身份证号码升位']),
      });
    if (random.chance(FATES.moved))
      this.event('moved', day, { region: this.at.company.region, note: '由外省转入' });
    const dice = random.next();
    let bound = 0;
    for (const status of ['suspended', 'revoked', 'withdrawn', 'cancelled'] as const) {
      bound += FATES[status];
      if (dice < bound) {
        this.strike(status, day);
        return;
      }
    }
  }

  private strike(status: 'suspended' | 'revoked' | 'withdrawn' | 'cancelled', day: Day): void {
    const { random, world } = this.at;
    const reason = random.pick(REASONS[status] ?? []);
    this.event(status, day, { note: reason });
    const resumed = day + random.int(30, 180);
    if (status === 'suspended' && resumed < world.today && random.chance(0.7)) {
      this.event('resumed', resumed, {});
      return;
    }
    this.status = { baseStatus: BASE_STATUSES[status], statusReason: reason, statusDay: day };
  }
}
