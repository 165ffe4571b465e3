import { makeUscc } from '../../shared/domain/company/uscc';
import { yearOf } from '../../shared/kernel/day';
import { type Random, Weighted } from './random';
import type { World } from './world';

/** How companies of an industry are called, how many there are, what their people operate. */
interface Trade {
  readonly weight: number;
  readonly words: readonly string[];
  /** Median headcount. */
  readonly size: number;
  /** Share of the staff that needs a certificate. */
  readonly share: number;
  /** Classes of special operations by weight. */
  readonly classes: Weighted<number>;
  /** Effect on renewal, in logits. */
  readonly renewal: number;
}

/**
 * By GB/T 4754 division: division | how many | what they call themselves | median headcount | share of
 * the staff that needs a certificate | classes of special operations by weight | effect on renewal.
 */
const TRADE_LINES = `
6|0.4|煤业 煤矿 矿业|320|0.3|5:80 1:12 2:8|0.5
7|0.3|石油工程 油气技术 钻采|180|0.24|7:50 1:25 2:25|0.6
8|0.6|铁矿 矿业|120|0.22|6:75 1:15 2:10|0.1
10|1.6|石料 矿业 建材|40|0.2|6:70 1:20 2:10|-0.3
13|3|食品 粮油 农产品|55|0.08|1:50 4:35 2:15|-0.1
15|1.6|黄酒 酒业 饮料|70|0.08|1:55 4:30 2:15|0.1
17|9|印染 纺织 针织 织造 化纤 绣品|95|0.07|1:75 2:15 4:10|0
18|4|服饰 制衣 服装|60|0.04|1:55 2:20 3:18 4:7|-0.2
22|1.5|纸业 包装|55|0.07|1:55 2:20 3:18 4:7|-0.1
25|0.5|石化 能源化工 焦化|210|0.28|9:70 1:18 2:12|0.7
26|4.5|化工 化学 新材料 精细化工 助剂|85|0.25|9:68 1:20 2:12|0.5
27|1.8|药业 制药 生物医药|130|0.14|9:45 1:35 4:20|0.5
28|1.6|化纤 纤维|160|0.1|9:20 1:60 2:20|0.2
30|3|水泥 建材 玻璃 陶瓷|65|0.1|1:55 2:20 3:18 4:7|-0.1
31|1|钢铁 特钢 轧钢|190|0.18|8:40 1:35 2:25|0.3
32|1.2|铜业 铝业 有色金属|110|0.17|8:38 1:37 2:25|0.2
33|5|五金 金属制品 钢构|40|0.12|2:52 1:36 3:12|-0.3
34|7|机械 轴承 泵业 制冷设备|62|0.1|2:40 1:45 4:15|0
36|2.4|汽车零部件 汽配|90|0.09|2:45 1:55|0.1
38|4|电气 电机 照明电器|75|0.1|1:80 2:20|0.2
39|2|电子 半导体 光电|110|0.06|1:85 4:15|0.3
44|1.4|热电 供电 新能源电力|130|0.32|1:88 2:8 3:4|0.8
45|0.8|燃气 天然气|80|0.22|9:30 1:45 2:25|0.6
46|0.7|水务 自来水|90|0.12|1:55 2:20 3:18 4:7|0.5
47|5|建设 建筑工程 建工|140|0.16|3:50 1:28 2:22|-0.2
48|3|市政工程 路桥 水利工程|110|0.16|3:42 1:30 2:28|-0.2
49|3|安装工程 机电安装 消防工程|50|0.24|1:40 2:30 3:20 4:10|0
50|2.6|装饰工程 幕墙 建筑劳务|32|0.2|3:65 2:20 1:15|-0.5
52|3|加油站 石油销售 商贸|14|0.16|9:20 1:80|-0.3
54|3|物流 运输 危货运输|48|0.08|1:55 2:20 3:18 4:7|-0.2
59|1.5|仓储 危化品储运 冷链|36|0.16|4:45 1:40 9:15|0
61|1.6|大酒店 宾馆|70|0.05|1:70 4:30|-0.1
70|2.2|物业管理 物业服务|60|0.08|1:80 4:12 3:8|-0.2
77|1|环保科技 固废处置|40|0.14|1:60 9:25 2:15|0.1
84|0.7|医院|260|0.03|1:70 4:30|0.4
`;

function readTrades(): ReadonlyMap<number, Trade> {
  const trades = new Map<number, Trade>();
  for (const line of TRADE_LINES.trim().split('\n')) {
    const [division, weight, words = '', size, share, classes = '', renewal] = line.split('|');
    const pairs = classes.split(' ').map((pair): [number, number] => {
      const [code, times] = pair.split(':').map(Number);
      return [code ?? 1, times ?? 0];
    });
    trades.set(Number(division), {
      weight: Number(weight),
      words: words.split(' '),
      size: Number(size),
      share: Number(share),
      classes: new Weighted(pairs),
      renewal: Number(renewal),
    });
  }
  return trades;
}

const TRADES = readTrades();
const FIREWORKS_PREFECTURES = new Set(['4301', '4302', '3603', '3609']);
const MINING_PROVINCES = new Set(['14', '15', '61', '65', '52', '41', '37']);

const BRANDS =
  '越泽华盛金鼎天恒宏达永兴瑞丰德信中联东方远大长城新海龙腾嘉禾振兴万里康泰宝利富春江南鑫源正阳明珠通达飞跃盛世亿安浙杭翔宇晟和泰隆博源恒力佳合锦绣昌盛卓越'.match(
    /../g,
  ) as string[];
const FORMS = new Weighted<string>([
  ['有限公司', 82],
  ['有限责任公司', 6],
  ['股份有限公司', 7],
  ['集团有限公司', 5],
]);
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

export interface Company {
  readonly values: Readonly<Record<string, unknown>>;
  readonly industry: number;
  readonly region: number;
  readonly headcount: number;
  readonly trade: Trade;
  readonly isConstruction: boolean;
}

/** Draws companies of one region; names and codes do not repeat. */
export class CompanySource {
  private readonly industries: Weighted<number>;
  private readonly names = new Set<string>();
  private serial = 0;

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {
    const isMining = MINING_PROVINCES.has(world.slice.slice(0, 2));
    this.industries = new Weighted(
      [...TRADES].map(([division, { weight }]): [number, number] => [
        division,
        division === 6 && !isMining ? 0.02 : division === 6 ? 3 : weight,
      ]),
    );
  }

  next(): Company {
    const { random, world } = this;
    const industry = this.industries.draw(random);
    const tradeOf = TRADES.get(industry) as Trade;
    const county = random.pick(world.counties);
    const headcount = Math.max(
      3,
      Math.min(6000, Math.round(tradeOf.size * Math.exp(random.normal() * 0.95))),
    );
    const isHighRisk = world.highRisk.has(industry);
    return {
      industry,
      region: county.code,
      headcount,
      trade: tradeOf,
      isConstruction: industry >= 47 && industry <= 50,
      values: {
        name: this.name(county.stem, tradeOf),
        uscc: this.uscc(county.code),
        industry,
        region: county.code,
        staffing: this.staffing(headcount, isHighRisk),
      },
    };
  }

  private name(countyStem: string, { words }: Trade): string {
    const { random, world } = this;
    for (;;) {
      const place = random.chance(0.55)
        ? world.cityStem
        : random.chance(0.6)
          ? countyStem
          : world.provinceStem;
      const brand = random.chance(0.8)
        ? random.pick(BRANDS)
        : random.pick(BRANDS).charAt(0) + random.pick(BRANDS).charAt(1);
      const form = FORMS.draw(random);
      const name = `${place}${brand}${random.chance(0.12) ? random.pick(BRANDS).charAt(0) : ''}${random.pick(words)}${form}`;
      if (this.names.has(name) && this.names.size < 40_000) continue;
      this.names.add(name);
      return name;
    }
  }

  private uscc(county: number): string {
    // The serial in the last places keeps codes apart, the first ones are random.
    let organisation = `MA${ORGANISATION_ALPHABET.charAt(this.random.int(1, 30))}`;
    let rest = this.serial++;
    let tail = '';
    for (let i = 0; i < 5; i++) {
      tail = ORGANISATION_ALPHABET.charAt(rest % 31) + tail;
      rest = Math.floor(rest / 31);
    }
    organisation += tail;
    return makeUscc('91', String(county), organisation);
  }

  private staffing(headcount: number, isHighRisk: boolean): [number, number, number][] {
    const thisYear = yearOf(this.world.today);
    const rows: [number, number, number][] = [];
    let count = headcount;
    for (let year = thisYear; year > thisYear - 6; year--) {
      const required = isHighRisk
        ? Math.max(1, Math.ceil(count * 0.02))
        : count > 100
          ? Math.max(1, Math.ceil(count * 0.01))
          : 1;
      rows.push([year, count, required]);
      count = Math.max(3, Math.round(count * (1 - 0.04 + this.random.normal() * 0.07)));
    }
    return rows.reverse();
  }
}

/** Class of special operation for one of a company's people. */
export function operationClass(company: Company, world: World, random: Random): number {
  if (FIREWORKS_PREFECTURES.has(world.slice) && random.chance(0.2)) return 10;
  return company.trade.classes.draw(random);
}
