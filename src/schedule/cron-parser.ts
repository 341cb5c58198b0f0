import { late } from '../disk/late.ts';

type Library = typeof import('cron-parser');
const library = late<Library>('cron-parser');

/** As cron-parser has it, loaded when it is used: the build gives this to BullMQ, too, which would load it and luxon each time. */
export const CronExpressionParser: Pick<Library['CronExpressionParser'], 'parse'> = {
  parse: (...given) => library().CronExpressionParser.parse(...given),
};
