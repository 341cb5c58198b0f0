import { codesOf } from './meaning.ts';

/** What a command refuses before it does anything: its own words, its configuration, what it is to work on. */
const USAGE = codesOf('usage', {
  CONFIG_INVALID: 'A flag, a variable or the configuration file is wrong. Correct each one the message names.',
  INVENTORY_MISSING: 'There is no earlier inventory, or the file is none. Take one first, or name another.',
  CONFIRMATION_NEEDED: 'There is no terminal to ask on. Add --yes to send the edits without a question.',
  CREDENTIAL_MISSING: 'A credential has no token here. Set the variable that the message names.',
  CREDENTIAL_UNKNOWN: 'No credential has that name. Check the names in hostroll.config.json.',
  BASE_URL_CHANGED: 'The batch was planned against another API address. Set CLOUDFLARE_BASE_URL as it was then.',
  ZONE_MISSING: 'Rows name no zone. Give --zone, or add a zone_id column.',
  ZONE_UNKNOWN: 'The credential sees no zone of that name. Check the name and the permissions of the token.',
  ZONE_AMBIGUOUS: 'Several zones have that name. Give the id of one.',
  ZONE_WITHOUT_CREDENTIAL: 'No credential lists the zone. Add it to the zones of one in hostroll.config.json.',
  ZONE_NO_ACCESS:
    'The API does not let the zone be read. Check its id, that the token may read its SSL and Certificates, and that Cloudflare for SaaS is enabled on it.',
  ZONE_NOT_IN_SNAPSHOT: 'No snapshot is of that zone. Take one with "hostroll snapshot", or name another zone.',
  SNAPSHOT_MISSING: 'There is no such snapshot. Take one with "hostroll snapshot".',
  SNAPSHOT_OTHER_ZONE: 'The snapshot is of another zone. Name its zone, or another snapshot.',
  SNAPSHOT_ZONE_TWICE: 'Two snapshots are of the same zone. Give one of them.',
  FINDINGS_MISSING: 'The file of findings cannot be read. Check its path and permissions.',
  FINDINGS_BROKEN: 'The file does not hold findings. Give what "hostroll dcv check --format jsonl" printed.',
  MANIFEST_MISSING: 'There is no such manifest. Check the path.',
  MANIFEST_INVALID: 'The manifest has problems. Fix them, or leave the rows out with --skip-invalid.',
  PLAN_STALE: 'The plan cannot be applied as it was reviewed. Plan again, and have that reviewed.',
  BATCH_UNKNOWN: 'No batch has that id. "hostroll status" lists the batches there are.',
  BATCH_AMBIGUOUS: 'The beginning of an id fits several batches. Give more of it.',
  BATCH_RUNNING: 'A process is at work on the batch. Wait for its end, or end it, and try again.',
  ROW_UNKNOWN: 'The batch has no such row. Give its number, its hostname or the id of that.',
  BATCH_ENDED: 'The batch has ended: nothing of it can be steered any more. "hostroll report" shows what came of it.',
  BATCH_NOT_FOUND: 'The folder holds no planned batch. Check the batch id.',
  QUEUE_URL: 'The queue URL is not one hostroll knows. Compare it with docs/operations.md.',
  QUEUE_EXCLUSIVE: 'The embedded queue belongs to one process. Use a Redis or Postgres queue for several.',
  KEY_IN_SUBMISSION:
    'A submission must not hold a private key. Take it out, or use "hostroll apply" on the same queue.',
  SUBMITTED_ALREADY:
    'The same manifest was submitted within a day. Look at that one; add --again where it is meant to be sent twice.',
  UPLOAD_TOO_LARGE: 'The manifest is too large to be submitted. Compress it with gzip, or split it.',
  COMMAND_REFUSED: 'The command that the page has started ended at once. What it said stands beside it.',
  SCHEDULE_COMMAND: 'Only sweep and apply can be scheduled. Correct the command behind "--".',
  SCHEDULE_CRON: 'The cron expression cannot be run. Write five fields, such as "15 2 * * *".',
  SCHEDULE_EXISTS: 'There is a schedule of that name. Give --replace, or another name.',
  SCHEDULE_NAME: 'The name cannot be that of a schedule. Use a-z, 0-9 and "-".',
  SCHEDULE_TZ: 'The time zone is unknown, or schedules cannot follow its clocks. Give another, such as UTC.',
  SCHEDULE_UNKNOWN: 'There is no schedule of that name. "hostroll schedule list" shows them.',
  SEAL_KEY_MISSING: 'There is no key to seal certificates with. Give the same one to the coordinator and every worker.',
  SEAL_KEY_WRONG: 'The certificates are sealed with another key. Give the coordinator’s key to this process.',
  SEAL_KEY_EXPOSED: 'Others may read the file of the sealing key. Run chmod 600 on it.',
  SEAL_KEY_INVALID: 'The file of the sealing key is malformed. It holds keys of 32 bytes in base64 or hex, one a line.',
  ADDRESS_REFUSED: 'Nothing can be served at the address. Stop what uses it, or give another.',
  SANDBOX_CLOCK: 'The clock of the simulator only goes forward. Give a step or speed of 0 or more.',
  SANDBOX_DUPLICATE: 'The simulator has that hostname already. Remove one of the two.',
  SANDBOX_INSTANT: 'A time in the scenario is malformed. Write it like 2026-01-31T12:00:00Z.',
  SANDBOX_PORT: 'The simulator cannot listen on the port. Stop what uses it, or give another with --port.',
  SANDBOX_SCENARIO: 'The scenario cannot be read. Correct what the message names.',
  SANDBOX_SEED: 'A mix of seeds has no kind with a weight. Give one kind a weight above 0.',
  SANDBOX_ZONE: 'A zone of the simulator has a malformed id. Write 32 lower-case hex digits.',
});

/** What hostroll wrote and can no longer trust. */
const DAMAGED = codesOf('damaged', {
  BATCH_DAMAGED: 'A file of the batch is damaged. Restore it from a copy, and do not resume the batch before.',
  PLAN_DAMAGED: 'The plan file was changed after it was written. Plan again, and have that reviewed.',
  SCHEDULE_DAMAGED: 'A schedule is not as hostroll wrote it. Remove it and add it again.',
  SEALED_BUNDLE_DAMAGED: 'Sealed certificates were changed in the queue. Plan the batch again.',
  SUBMISSION_DAMAGED: 'What was submitted cannot be read. Submit the batch again.',
  SNAPSHOT_BROKEN: 'The snapshot is damaged, or no snapshot. Take it again.',
});

const QUEUE = codesOf('queueUnavailable', {
  BATCH_UNREACHABLE: 'Its process is not heard of, or its machine. Say it on that machine, or once it is back.',
  BUNDLE_MISSING: 'The queue has lost certificates of the batch. Resume the batch: it puts them there again.',
  JOB_LOST:
    'The queue did not keep what it was given. Fix its server, then send the rows again: they are read first, and skipped if already so.',
  QUEUE_EVICTS: 'The Redis may throw jobs away. Set its maxmemory-policy to noeviction.',
  QUEUE_FULL: 'The Redis has nearly used up its memory. Give it more, or empty it.',
  QUEUE_TOO_OLD:
    'The server of the queue is older or newer than hostroll can use. Compare the versions in the message.',
  QUEUE_UNMIGRATED: 'The Postgres of the queue is not set up. Run "hostroll migrate".',
  QUEUE_UNREACHABLE: 'The queue cannot be reached. Check the URL and that its server runs.',
  UPLOAD_LOST: 'The queue has lost a submitted manifest. Submit it again.',
});

const DNS = codesOf('noDns', {
  DNS_UNREACHABLE: 'No DNS server answers this machine. Name one with --resolver, or run it where DNS works.',
});

const DISK = codesOf('diskTrouble', {
  DISK_FULL: 'The disk is full. Free space on it, then resume the batch.',
  DISK_REFUSED: 'A file or folder of hostroll cannot be read or written. Check its permissions and the disk.',
  FILE_REPLACED:
    'A log of hostroll was removed or replaced while it was written. Find what did it, then resume the batch.',
  LEDGER_UNWRITABLE:
    'The ledger of the batch cannot be written. Fix the cause the message names, then resume the batch.',
});

const IN_USE = codesOf('inUse', {
  LOCK_HELD: 'Another process works on it. Wait for it to end, or end it, and try again.',
  SCHEDULE_OVERLAP: 'A run of the schedule is still going on. Wait for its end.',
});

/** How runs of schedules and batches came to an early end. */
const ENDS = {
  ...codesOf('interrupted', { INTERRUPTED: 'Somebody ended it before its end. Resume the batch, or start again.' }),
  ...codesOf('stoppedByRule', {
    WORKERS_DIED:
      'Look for what ended the workers (memory, logs), then send the rows again: they are read first, and skipped if already so.',
    PLAN_BRAKED: 'Look at the plan. Where it is meant so, release the rule by its name, with --force.',
    PLAN_UNEXPECTED: 'Look at what is different in the plan. Correct --expect where it is meant so.',
    RULE_FIRED:
      'Rows are in more trouble than a stop rule lets pass. Look at them; "hostroll go" accepts it, and "hostroll resume" goes on.',
    WAVE_HELD:
      'A wave did not come out as its rules ask, and the next one was not begun. Look at its rows; "hostroll go" accepts it.',
    CALLS_USED_UP: 'The calls or the time that were allowed are used up. Allow more, or go on the next time.',
  }),
  ...codesOf('unexpected', {
    BROKEN_OFF: 'The process ended in the middle of the run. Look for what ended it (memory, logs).',
    UNEXPECTED: 'This is a defect of hostroll. Please report it with its message and the log.',
  }),
  ...codesOf('declined', {
    NOT_CONFIRMED: 'The plan was not agreed to, and nothing was sent. Run the command again, and type "yes".',
  }),
  ...codesOf('ok', {
    SCHEDULE_LATE: 'A run began later than it was due. Look for what held it up, if it happens often.',
    SCHEDULE_MISSED: 'A run was due while no coordinator ran. The next one comes at its time.',
    SCHEDULE_WINDOW_OVER: 'A run was not made up, as its --until was over. The next one comes at its time.',
  }),
};

export const RUN_CODES = { ...USAGE, ...DAMAGED, ...QUEUE, ...DNS, ...DISK, ...IN_USE, ...ENDS };
