import { z } from 'zod';
import { LAPSE_FEATURES } from '../../domain/forecast/features';
import { DaySchema, FilterSchema, IdSchema } from '../common';
import { route } from '../define';
import { CertificateItemSchema } from './search';

const Count = z.number().int().nonnegative();
const Share = z.number().min(0).max(1);
const MarksSchema = z.strictObject({
  accuracy: Share,
  recall: Share,
  precision: Share,
  brier: Share,
});
const BackTestSchema = z.strictObject({
  /** The tested model saw nothing that happened after this day. */
  splitDay: DaySchema,
  trainExamples: Count,
  examples: Count,
  lapses: Count,
  /** As many certificates were named as the years before had taught to expect. */
  named: Count,
  model: MarksSchema,
  /** Every certificate with the former lapse rate of its kind. */
  naive: MarksSchema,
  /** From the least probable tenth to the most. */
  calibration: z.array(z.strictObject({ foretold: Share, happened: Share, count: Count })).max(10),
});
/** Of a group: certificates that end within 90 days and how many of them are expected to lapse. */
const Sums = { ending: Count, expected: z.number().nonnegative() };
const ForecastSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('thin'), examples: Count, lapses: Count }),
  z.strictObject({ state: z.literal('no-better'), backTest: BackTestSchema }),
  z.strictObject({
    state: z.literal('ready'),
    day: DaySchema,
    ...Sums,
    /** Certificates whose own probability is as high as that of the most probable lapses so far. */
    named: Count,
    companies: z.array(z.strictObject({ id: IdSchema, name: z.string(), ...Sums })).max(20),
    industries: z.array(z.strictObject({ industry: Count, ...Sums })).max(20),
    regions: z.array(z.strictObject({ region: z.string(), ...Sums })).max(20),
    backTest: BackTestSchema,
  }),
]);
const LapseListSchema = z.strictObject({
  items: z
    .array(
      z.strictObject({
        item: CertificateItemSchema,
        probability: Share,
        isNamed: z.boolean(),
        /** What moves it most, in logits against an average certificate; above 0 towards lapse. */
        reasons: z
          .array(z.strictObject({ feature: z.enum(LAPSE_FEATURES), weight: z.number() }))
          .max(3),
      }),
    )
    .max(50),
});
export type Forecast = z.infer<typeof ForecastSchema>;
export type ReadyForecast = Extract<Forecast, { state: 'ready' }>;
export type ForecastTest = z.infer<typeof BackTestSchema>;
export type LapseList = z.infer<typeof LapseListSchema>;

export const forecastRoutes = {
  /** What will probably lapse: certificates that end within 90 days and are not renewed by 90 days after. Of today. */
  'boards.forecast': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: z.strictObject({ filter: FilterSchema }),
    output: ForecastSchema,
  }),
  /** The 50 most probable, each with its reasons. A look-up of persons: logged as one. */
  'boards.lapse-list': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: 'query',
    input: z.strictObject({ filter: FilterSchema }),
    output: LapseListSchema,
  }),
};
