/** Every way of wrong use that we name. Scripts and tests match on these, so a code is never renamed. */
const USER_ERROR_CODES = [
  'NO_SUCH_INPUT',
  'UNREADABLE_INPUT',
  'UNSUPPORTED_INPUT',
  'REPEATED_INPUT',
  'NOT_A_LOG_FOLDER',
  'BAD_OPTION',
  'BAD_FORMAT',
  'BAD_MESH_CONFIG',
  'BAD_BASELINE',
  'BAD_SUPPRESSIONS',
  'BAD_STATE',
  'NOTHING_READ',
  'NOTHING_RECOGNISED',
  'OUTPUT_CONFLICT',
  'UNWRITABLE_OUTPUT',
  'UNKNOWN_TOPIC',
] as const;
export type UserErrorCode = (typeof USER_ERROR_CODES)[number];

export interface UserErrorInit {
  readonly code: UserErrorCode;
  /** What is wrong and where, without a full stop's worth of advice. */
  readonly message: string;
  /** What the user can do about it: one sentence or one command. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** Wrong use, not a defect: the program prints message and hint without a stack and exits with status 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: UserErrorCode;
  readonly hint: string;

  constructor(init: UserErrorInit) {
    // An own `cause: undefined` would be printed by node:util, so it is only set when there is one.
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.hint = init.hint;
  }
}
