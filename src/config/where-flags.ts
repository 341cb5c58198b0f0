import { Option } from 'commander';

/** `--where`: the same of every command that has it. */
export const whereOption = (): Option =>
  new Option(
    '--where <condition>',
    'only hostnames of which this holds, such as ssl.method=http or created_at<2024-01-01; may be repeated (docs/select.md)',
  ).argParser((value: string, earlier: string[] = []) => [...earlier, value]);

/** `--fresh`, for commands that may go by what an earlier one has just read. */
export const freshOption = (usual: string): Option =>
  new Option(
    '--fresh <time>',
    'plan by a kept reading of a zone that is no older than this, instead of reading it again',
  ).default(usual);
